import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../demo/server/config.js";
import { type RunningServer, startServer } from "../../demo/server/start.js";
import { LOGIN } from "../doctor/support/login.js";
import { cheapAccounts } from "../server/support/accounts.js";
import { Consumer } from "./consumer.js";

let packed: Consumer;
let folder: string;
let server: RunningServer;

/** Runs a command in the empty folder. */
function shell(command: string, args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child: ChildProcess = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      shell: process.platform === "win32",
    });
    let [out, err] = ["", ""];
    child.stdout?.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      err += chunk;
    });
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

beforeAll(async () => {
  packed = new Consumer();
  folder = mkdtempSync(join(tmpdir(), "sojourn-doctor-"));
  writeFileSync(join(folder, "package.json"), '{ "name": "somebody", "private": true }');
  const config = readConfig({ PORT: "0", DATA_DIR: join(folder, "data"), LOGIN_RATE: "1000" });
  server = await startServer(config, { accounts: await cheapAccounts, writeAudit: () => {} });
});
afterAll(async () => {
  await server?.stop();
  packed?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test("npx sojourn doctor, from the package as it is installed, finds nothing in the demo server", async () => {
  const installed = await shell("npm", [
    "install",
    packed.tarball,
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
  ]);
  expect(installed, installed.err).toMatchObject({ code: 0 });

  const doctor = ["--no-install", "sojourn", "doctor", `http://127.0.0.1:${server.port}`];
  const told = await shell("npx", [...doctor, ...LOGIN, "--json"], { PASSWORD: "lovelace" });
  expect(told, told.err).toMatchObject({ code: 0 });
  const report = JSON.parse(told.out);
  expect(report).toMatchObject({ format: 1, preset: "bff", found: 0 });
  expect(report.passed).toBeGreaterThan(25);
  // Not on a terminal: a line for what takes long, and no colours.
  expect(told.err).toBe("");
}, 120_000);
