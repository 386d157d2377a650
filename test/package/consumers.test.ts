import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the package as it is published works in a page without a bundler, with Vite and Vue, and as the read-me begins", () => {
  const command = [join(root, "node_modules/tsx/dist/cli.mjs"), "test/consumers/main.ts", "--linked"];
  const consumers = ["script", "vite-vue", "readme"];
  const { stdout } = spawnSync(process.execPath, [...command, ...consumers], { cwd: root });
  expect(stdout.toString()).toMatch(/^3 passed, 0 failed$/m);
}, 180_000);
