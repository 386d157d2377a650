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

  /** All between two keys, and others have their turn meanwhile. */
  async function* parts(from: string, end?: string) {
    const range = { limit: BATCH, ...(end !== undefined && { end }) };
    for (let start = from, exclusiveStart = false; ; exclusiveStart = true) {
      const part = [...db.getRange({ ...range, start, exclusiveStart })];
      yield part;
      if (part.length < BATCH) return;
      start = part.at(-1)?.key ?? start;
      await turn();
    }
  }

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

    async *list<T>(prefix: string) {
      for await (const part of parts(prefix, `${prefix}\uffff`))
        for (const { key, value } of part) {
          const seen = visible<T>(value, clock.now());
          if (seen !== undefined) yield [key, seen] as const;
        }
    },

    sweep: async () => {
      const now = clock.now();
      for await (const part of parts(""))
        for (const { key, value } of part)
          if (isOver(value, now))
            await db.transaction(() => {
              const latest = db.get(key);
              if (latest && isOver(latest, now)) db.remove(key);
            });
    },

    close: () => db.close(),
  };
}
