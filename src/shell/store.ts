import { newest, parseRecord, type SharedRecord } from "../core/record.js";
import type { Clock, RecordPort } from "../platform/platform.js";
import { inTime } from "./in-time.js";

/** Where the shared record is read and written, whatever the storage does. */
export interface Store {
  read(): Promise<SharedRecord | undefined>;
  /** `change` decides inside the transaction; `undefined` leaves the record as it is. */
  commit(
    change: (record: SharedRecord | undefined) => SharedRecord | undefined,
  ): Promise<{ record: SharedRecord | undefined; done: boolean }>;
  /** The last look found no record at all: the storage was cleared. */
  empty(): boolean;
  kind(): "indexeddb" | "memory";
  close(): void;
}

/** Storage that has not answered by then is as good as broken. */
const PATIENCE = 1000;

/**
 * Storage may hang, lie, throw or vanish. Every operation has a deadline; after a failure the connection is opened
 * once more (a time-out after a wake-up may be the sleep itself), then this tab goes on with `fallback` and says so
 * once. What this tab knows already counts as stored: an empty store never signs anybody out.
 */
export function createStore(
  clock: Clock,
  disk: RecordPort | undefined,
  fallback: RecordPort,
  known: () => SharedRecord | undefined,
  degraded: () => void,
): Store {
  let port = disk;

  async function attempt<T>(operation: (port: RecordPort) => Promise<T>): Promise<T> {
    for (let tries = 2; port && tries--; ) {
      const used = port;
      try {
        return await inTime(clock, PATIENCE, operation(used));
      } catch {
        used.close();
      }
    }
    if (port) {
      port = undefined;
      degraded();
    }
    return operation(fallback);
  }

  let empty = false;
  const believe = (stored: unknown) => {
    const record = parseRecord(stored);
    empty = !record;
    return newest(record, known());
  };

  return {
    read: async () => believe(await attempt((it) => it.read())),
    async commit(change) {
      let record: SharedRecord | undefined;
      let done = false;
      await attempt((it) =>
        it.update((stored) => {
          const before = believe(stored);
          const after = change(before);
          done = !!after;
          record = after ?? before;
          return record;
        }),
      );
      return { record, done };
    },
    empty: () => empty,
    kind: () => (port ? "indexeddb" : "memory"),
    close: () => port?.close(),
  };
}
