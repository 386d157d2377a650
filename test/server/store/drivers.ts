import { openLmdb } from "../../../src/backend/store/lmdb.js";
import { openRedis } from "../../../src/backend/store/redis.js";
import type { Store } from "../../../src/backend/store/store.js";

/** By words that can be given to another process. */
export async function openElsewhere(kind: string, where: string, prefix: string): Promise<Store> {
  return kind === "redis" ? openRedis({ url: where, prefix }) : openLmdb(where);
}
