import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { answer, Browser } from "./support/browser.js";
import { temporaryFolder } from "./support/server.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Started {
  readonly process: ChildProcess;
  readonly port: number;
}

function run(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "demo/server/main.ts"], {
    cwd: root,
    env: { PATH: process.env.PATH, LOGIN_RATE: "1000", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function startProcess(env: Record<string, string>): Promise<Started> {
  const child = run(env);
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line")) as [
    string,
  ];
  const [, port] = /^Sojourn demo on http:\/\/localhost:(\d+)$/.exec(line) ?? [];
  expect(port, line).toBeDefined();
  return { process: child, port: Number(port) };
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr };
}

test("the first line names the real port, and both names of this machine work", {
  timeout: 20_000,
}, async () => {
  const { port } = await startProcess({ PORT: "0", DATA_DIR: await temporaryFolder() });
  for (const host of ["127.0.0.1", "localhost"]) {
    expect(await (await fetch(`http://${host}:${port}/health`)).json()).toEqual({ ok: true });
  }
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends it in order", { timeout: 20_000 }, async (signal) => {
  const { process: child, port } = await startProcess({ PORT: "0", DATA_DIR: await temporaryFolder() });
  // An open keep-alive connection must not hold it up.
  await fetch(`http://127.0.0.1:${port}/health`);
  const ended = outcome(child);
  child.kill(signal);
  expect(await ended).toEqual({ code: 0, stderr: "" });
});

test("SIGTERM: what runs is answered, nobody new is let in, and who never ends their request holds nothing up", {
  timeout: 30_000,
}, async () => {
  const { process: child, port } = await startProcess({ PORT: "0", DATA_DIR: await temporaryFolder() });
  const browser = await new Browser(`http://127.0.0.1:${port}`).signIn();
  const endless = connect(port, "127.0.0.1");
  onTestFinished(() => void endless.destroy());
  endless.on("error", () => {});
  endless.write("POST /logout HTTP/1.1\r\nHost: localhost\r\nX-Sojourn: 1\r\nContent-Length: 9\r\n\r\n");
  await browser.post("/debug/trouble", { slowMs: 60_000 });
  const running = browser.refresh("k");
  await expect
    .poll(
      async () =>
        ((await (await browser.get("/debug/metrics")).json()) as { refreshRequests: number }).refreshRequests,
    )
    .toBe(1);

  const ended = outcome(child);
  child.kill("SIGTERM");
  expect((await running).status).toBe(200);
  await expect(browser.get("/health")).rejects.toThrow("fetch failed");
  expect((await ended).code).toBe(0);
});

test("F4 killed after a rotation and started again: the retry gets the lost reply", {
  timeout: 30_000,
}, async () => {
  const env = { DATA_DIR: await temporaryFolder(), AUDIT_LOG: "off" };
  const first = await startProcess({ ...env, PORT: "0" });
  const before = await new Browser(`http://127.0.0.1:${first.port}`).signIn();
  await before.post("/debug/trouble", { dieNextRotation: true });
  const died = once(first.process, "close");
  await expect(before.refresh("k1")).rejects.toThrow("fetch failed");
  expect(await died).toEqual([null, "SIGKILL"]);

  const second = await startProcess({ ...env, PORT: String(first.port) });
  const after = new Browser(`http://127.0.0.1:${second.port}`, before.cookies);
  const lost = before.cookies.get(before.tokenCookie);
  expect((await after.refresh("k1")).status).toBe(200);
  expect(after.cookies.get(after.tokenCookie)).not.toBe(lost);
  expect((await after.refresh("k2")).status).toBe(200);
  expect(await (await after.get("/debug/metrics")).json()).toMatchObject({
    refreshes: 1,
    replays: 1,
    reuses: 0,
  });
});

test("S13 an operator's command beside the running server signs a user out, who learns of it at the next contact", {
  timeout: 30_000,
}, async () => {
  const env = { DATA_DIR: await temporaryFolder() };
  const { port } = await startProcess({ ...env, PORT: "0" });
  const [ada, alan] = [new Browser(`http://127.0.0.1:${port}`), new Browser(`http://127.0.0.1:${port}`)];
  await ada.signIn("ada");
  await alan.signIn("alan");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "demo/server/end-user.ts", "ada"],
    { cwd: root, env: { PATH: process.env.PATH, ...env } },
  );
  expect(stdout).toBe("1 of ada's sessions were ended.\n");
  expect(await answer(ada.get("/session"))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "ended" },
  });
  expect((await alan.get("/session")).status).toBe(200);
});

test("a taken port is told in one line", { timeout: 20_000 }, async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  expect(await outcome(run({ PORT: String(port), DATA_DIR: await temporaryFolder() }))).toEqual({
    code: 1,
    stderr: `Port ${port} is taken on 127.0.0.1. Stop what runs there, or choose another with PORT.\n`,
  });
});

test("a wrong setting is told in one line, without a stack", { timeout: 20_000 }, async () => {
  expect(await outcome(run({ IDLE_TIMEOUT: "10s", IDLE_WARNING: "10s" }))).toEqual({
    code: 1,
    stderr: "IDLE_WARNING must be shorter than IDLE_TIMEOUT\n",
  });
});
