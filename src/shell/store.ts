import { merge } from "../core/merge.js";
import { after, parseRecord, type SharedRecord } from "../core/record.js";
import { NEVER } from "../core/time.js";
import type { Clock, Put, RecordPort } from "../platform/platform.js";
import { inTime } from "./in-time.js";
import { pause } from "./pause.js";

/** Where the shared record is read and written, whatever the storage does. */
export interface Store {
  /** `fresh`: not what a hint brought, but what every tab has written. */
  read(fresh?: boolean): Promise<SharedRecord | undefined>;
  /** `change` decides inside the transaction; `undefined` leaves the record as it is. */
  commit(
    change: (record: SharedRecord | undefined) => SharedRecord | undefined,
  ): Promise<{ record: SharedRecord | undefined; done: boolean }>;
  /** The last look found no record at all: the storage was cleared. */
  empty(): boolean;
  kind(): "indexeddb" | "memory";
  /**
   * A start, or the page came back: the disk is used, also if it did not work before. Returns whether it did not: then
   * what this tab knows may have to be written.
   */
  open(): boolean;
  /** Lets go of the disk. */
  close(): void;
}

/** Storage that has not answered by then is as good as broken; the second time it has longer: machines are busy. */
const PATIENCE = [1000, 2000];
const FIRST_PAUSE = 20;
/** How long this tab goes on without the disk before it tries again. */
const REST = 60_000;

/**
 * Storage may hang, lie, throw or vanish. Every operation has a deadline. What fails is tried again after growing
 * pauses: while a browser clears an origin, as `Clear-Site-Data` makes it do, it refuses every connection for up to a
 * third of a second. What hangs is tried once more (a time-out after a wake-up may be the sleep itself). Then this tab
 * goes on with `fallback` and says so once, and tries the disk again now and then. What this tab knows already counts
 * as stored: an empty store never signs anybody out.
 */
export function createStore(
  clock: Clock,
  disk: RecordPort | undefined,
  fallback: RecordPort,
  known: () => SharedRecord | undefined,
  degraded: () => void,
  beside: (record: SharedRecord, put: Put) => void,
): Store {
  let port = disk;
  let told = false;
  let restUntil = NEVER;
  let closed = false;
  /** What was written last is not on the disk. */
  let fallen = !disk;

  /** `late` says that an operation was given up: one that still comes through then must not change anything any more. */
  async function attempt<T>(operation: (port: RecordPort, late: () => boolean) => Promise<T>): Promise<T> {
    let began = clock.mono();
    if (began > restUntil) port = disk;
    let hung = 0;
    for (let wait = FIRST_PAUSE; port && hung < PATIENCE.length; wait *= 2) {
      const used = port;
      let late = false;
      try {
        const result = await inTime(
          clock,
          PATIENCE[hung] as number,
          operation(used, () => late),
        );
        fallen = false;
        return result;
      } catch (error) {
        late = true;
        used.close();
        if (!error) {
          hung++;
          // Another operation that has slept, too, may take the new connection away: that is no reason to give up yet.
          began = clock.mono();
        } else if (clock.mono() + wait > began + 1000) break;
        else await pause(clock, wait);
      } finally {
        // What was still to be written when the page went leaves nothing open.
        if (closed) used.close();
      }
    }
    if (port) {
      restUntil = clock.mono() + REST;
      fallback.close();
    }
    if (port && !told) degraded();
    told ||= !!port;
    fallen = true;
    port = undefined;
    return operation(fallback, () => false);
  }

  let empty = false;
  const believe = (stored: unknown) => {
    const record = parseRecord(stored);
    const own = known();
    empty = !record;
    if (!record || !own) return record ?? own;
    // Who is ahead of what is stored, or had to go on without it, does not know what others have added to that.
    return fallen || after(own, record) ? merge(record, own, clock.wall()) : record;
  };

  return {
    read: (fresh) => attempt(async (it) => believe(await it.read(fresh))),
    async commit(change) {
      let record: SharedRecord | undefined;
      let done = false;
      await attempt((it, late) =>
        it.update(
          (stored) => {
            if (late()) return stored;
            const before = believe(stored);
            // What was given up, and came through all the same, is done.
            if (done && JSON.stringify(before) === JSON.stringify(record)) return record;
            const after = change(before);
            done = !!after;
            record = after ?? before;
            return record;
          },
          (put) => {
            if (!late() && done && record) beside(record, put);
          },
        ),
      );
      return { record, done };
    },
    empty: () => empty,
    kind: () => (fallen ? "memory" : "indexeddb"),
    open() {
      closed = false;
      port = disk;
      return fallen;
    },
    close() {
      closed = true;
      (port ?? fallback).close();
    },
  };
}
