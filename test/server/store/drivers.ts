import { openLmdb } from "../../../src/backend/store/lmdb.js";
import type { Store } from "../../../src/backend/store/store.js";

/** By words that can be given to another process. */
export async function openElsewhere(kind: string, where: string, _prefix: string): Promise<Store> {
  if (kind !== "lmdb") throw new Error(`no such store: ${kind}`);
  return openLmdb(where);
}
