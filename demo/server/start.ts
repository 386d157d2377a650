import { join } from "node:path";
import { openLmdb } from "../../src/backend/store/lmdb.js";
import { type AppOptions, buildApp } from "./app.js";
import type { Config } from "./config.js";
import { listenOnLoopback } from "./listen.js";
import { loadServerKey } from "./server-key.js";

export interface RunningServer {
  readonly port: number;
  /** Writes down the ends that time brought. Done every minute of itself. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const SWEEP_EVERY = 60_000;

export async function startServer(
  config: Config,
  options: Omit<AppOptions, "config" | "store" | "serverKey"> = {},
): Promise<RunningServer> {
  const serverKey = await loadServerKey(config.serverKey, join(config.dataDir, "server.key"));
  const store = openLmdb(join(config.dataDir, "store"), options.clock);
  const { http, sweep } = await buildApp({ ...options, config, store, serverKey });
  const listening = await listenOnLoopback(http.routing, config.port);
  const sweeper = setInterval(() => sweep().catch(console.error), SWEEP_EVERY);

  return {
    port: listening.port,
    sweep,
    stop: async () => {
      clearInterval(sweeper);
      await Promise.all([http.close(), listening.close()]);
      await store.close();
    },
  };
}
