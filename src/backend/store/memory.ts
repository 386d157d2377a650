import { type Clock, systemClock } from "../clock.js";
import { type Entry, entryAfter, isOver, visible } from "./entry.js";
import { type Decision, type Store, StoreUnavailable } from "./store.js";

/** For one process, and for what may be forgotten with it. */
export function openMemory(clock: Clock = systemClock): Store {
  let kept: Map<string, Entry> | undefined = new Map();
  const entries = () => {
    if (!kept) throw new StoreUnavailable("This store was closed.");
    return kept;
  };
  /** Whoever gets a value may do with it what they like. */
  const copy = <T>(value: T): T => structuredClone(value);
  const current = <T>(key: string) => copy(visible<T>(entries().get(key), clock.now()));

  return {
    get: async <T>(key: string) => current<T>(key),

    update: async <T, R>(key: string, decide: (current: T | undefined) => Decision<T, R>) => {
      const decision = decide(current<T>(key));
      const entry = entryAfter(decision);
      if (entry === null) entries().delete(key);
      else if (entry) entries().set(key, copy(entry));
      return decision.result;
    },

    async *list<T>(prefix: string) {
      const keys = [...entries().keys()].filter((key) => key.startsWith(prefix)).sort();
      for (const key of keys) {
        const value = current<T>(key);
        if (value !== undefined) yield [key, value] as const;
      }
    },

    sweep: async () => {
      for (const [key, entry] of entries()) if (isOver(entry, clock.now())) entries().delete(key);
    },

    close: async () => {
      kept = undefined;
    },
  };
}
