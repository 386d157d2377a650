import { join } from "node:path";
import { systemClock } from "../../src/backend/clock.js";
import { type Store, StoreUnavailable } from "../../src/backend/store/store.js";
import { type AppOptions, buildApp } from "./app.js";
import type { Config } from "./config.js";
import { listenOnLoopback } from "./listen.js";
import { openStore } from "./open-store.js";
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
  const { clock } = options;
  const store = await openStore(config, clock);
  try {
    const { http, sweep } = await buildApp({ ...options, config, store, serverKey });
    const listening = await listenOnLoopback(http.routing, config.port);
    const sweeper = setInterval(() => {
      sweepInTurn(store, sweep, clock).catch(tell);
    }, SWEEP_EVERY);

    return {
      port: listening.port,
      sweep,
      stop: async () => {
        clearInterval(sweeper);
        await Promise.all([http.close(), listening.close()]);
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** One process does it for all. */
async function sweepInTurn(store: Store, sweep: () => Promise<void>, clock = systemClock): Promise<void> {
  const until = clock.now() + SWEEP_EVERY / 2;
  const mine = await store.update<true, boolean>("turn/sweep", (taken) =>
    taken ? { result: false } : { put: true, until, result: true },
  );
  if (mine) await sweep();
}

/** That the store is away has been said by its driver. */
function tell(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) console.error(error);
}
