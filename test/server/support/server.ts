import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readConfig } from "../../../demo/server/config.js";
import { startServer } from "../../../demo/server/start.js";
import { cheapAccounts } from "./accounts.js";
import { Browser } from "./browser.js";
import { ManualClock } from "./clock.js";
import { watch } from "./described.js";

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly clock: ManualClock;
  /** What the audit log said, parsed. */
  readonly audit: Record<string, string>[];
  browser(): Browser;
  sweep(): Promise<void>;
  stop(): Promise<void>;
  /** Stops this one and starts another on the same data, at the same time of day. */
  restart(env?: Record<string, string>): Promise<TestServer>;
  metrics(): Promise<Record<string, number>>;
  trouble(order: object): Promise<void>;
}

/** A real server on a free port, with a real store in a folder of its own. Gone when the test is over. */
export async function serve(env: Record<string, string> = {}): Promise<TestServer> {
  const dataDir = await temporaryFolder();
  return start({ LOGIN_RATE: "100000", ...env, PORT: "0", DATA_DIR: dataDir }, new ManualClock());
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sojourn-server-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** With these settings alone, for what is kept elsewhere. */
export async function startTestServer(env: Record<string, string>): Promise<TestServer> {
  return start({ ...env, PORT: "0" }, new ManualClock());
}

async function start(env: Record<string, string>, clock: ManualClock): Promise<TestServer> {
  const config = readConfig(env);
  const audit: Record<string, string>[] = [];
  const running = await startServer(config, {
    clock,
    accounts: await cheapAccounts,
    writeAudit: (line) => audit.push(JSON.parse(line)),
  });
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= running.stop());
  onTestFinished(stop);

  const url = `http://127.0.0.1:${running.port}`;
  watch(url);
  const operator = new Browser(url);
  return {
    url,
    port: running.port,
    dataDir: config.dataDir,
    clock,
    audit,
    browser: () => new Browser(url),
    sweep: running.sweep,
    stop,
    restart: async (change = {}) => {
      await stop();
      return start({ ...env, ...change }, clock);
    },
    metrics: async () => (await operator.get("/debug/metrics")).json(),
    trouble: async (order) => {
      const reply = await operator.post("/debug/trouble", order);
      if (reply.status !== 200) throw new Error(await reply.text());
    },
  };
}
