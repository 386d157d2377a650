import { open } from "lmdb";
import type { Decision, Store } from "./store.js";

/**
 * Files in one folder, no second process to run, transactions across processes.
 * https://github.com/kriszyp/lmdb-js
 */
export function openLmdb(path: string): Store {
  const db = open<unknown, string>({
    path,
    encoding: "json",
    // A rotation that was answered must survive a power cut, or the client would come back with a token that the
    // server has never heard of. So a commit counts only when it is on the disk.
    overlappingSync: false,
  });

  return {
    get: async <T>(key: string) => db.get(key) as T | undefined,

    update: <T, R>(key: string, decide: (current: T | undefined) => Decision<T, R>) =>
      db.transaction(() => {
        const decision = decide(db.get(key) as T | undefined);
        if (decision.remove) db.remove(key);
        else if (decision.put !== undefined) db.put(key, decision.put);
        return decision.result;
      }),

    list: async <T>(prefix: string) =>
      db
        .getRange({ start: prefix, end: `${prefix}\uffff` })
        .map(({ key, value }) => [key, value as T] as const).asArray,

    close: () => db.close(),
  };
}
