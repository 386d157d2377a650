import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the API is what the reports in test/package/api say, and every exported name has a doc comment", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/api.mjs", "--check"], {
    cwd: root,
  });
  expect(`${stdout}${stderr}`).toBe("");
  expect(status).toBe(0);
});
