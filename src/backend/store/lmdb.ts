import { setImmediate as turn } from "node:timers/promises";
import { open } from "lmdb";
import { type Clock, systemClock } from "../clock.js";
import { type Entry, entryAfter, isOver, visible } from "./entry.js";
import type { Decision, Store } from "./store.js";

/** So many values are looked at before others have their turn. */
const BATCH = 500;

/**
 * Files in one folder, no second process to run, transactions across processes of one machine.
 * https://github.com/kriszyp/lmdb-js
 */
export function openLmdb(path: string, clock: Clock = systemClock): Store {
  const db = open<Entry, string>({
    path,
    encoding: "json",
    // A rotation that was answered must survive a power cut, or the client would come back with a token that the
    // server has never heard of. So a commit counts only when it is on the disk.
    overlappingSync: false,
  });

  return {
    get: async <T>(key: string) => visible<T>(db.get(key), clock.now()),

    update: async <T, R>(key: string, decide: (current: T | undefined) => Decision<T, R>) =>
      db.transaction(() => {
        const decision = decide(visible<T>(db.get(key), clock.now()));
        const entry = entryAfter(decision);
        if (entry === null) db.remove(key);
        else if (entry) db.put(key, entry);
        return decision.result;
      }),

    list: async <T>(prefix: string) => {
      const now = clock.now();
      return db
        .getRange({ start: prefix, end: `${prefix}\uffff` })
        .filter(({ value }) => visible(value, now) !== undefined)
        .map(({ key, value }) => [key, value.value as T] as const).asArray;
    },

    sweep: async () => {
      const now = clock.now();
      for (let start = ""; ; await turn()) {
        const batch = [...db.getRange({ start, exclusiveStart: true, limit: BATCH })];
        for (const { key, value } of batch)
          if (isOver(value, now))
            await db.transaction(() => {
              const latest = db.get(key);
              if (latest && isOver(latest, now)) db.remove(key);
            });
        if (batch.length < BATCH) return;
        start = batch.at(-1)?.key ?? start;
      }
    },

    close: () => db.close(),
  };
}
