import { join } from "node:path";
import type { Clock } from "../../src/backend/clock.js";
import { openLmdb } from "../../src/backend/store/lmdb.js";
import { openRedis } from "../../src/backend/store/redis.js";
import type { Store } from "../../src/backend/store/store.js";
import type { Config } from "./config.js";

/** Redis where there is one, else files in the folder of the data. */
export async function openStore({ redis, dataDir }: Config, clock?: Clock): Promise<Store> {
  if (redis) return openRedis({ ...redis, report: console.error, ...(clock && { clock }) });
  return openLmdb(join(dataDir, "store"), clock);
}
