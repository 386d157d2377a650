import type { LockOptions, LockPort } from "../platform/platform.js";
import type { Chance, Span } from "./chance.js";
import type { Gate } from "./gate.js";
import type { Trace } from "./machine.js";
import type { Timeline } from "./timeline.js";

/** One who holds a lock or waits for it. */
export interface LockInfo {
  readonly name: string;
  readonly tab: string;
}

/** One steals a lock that another one holds. */
export interface Theft extends LockInfo {
  readonly at: number;
  readonly from: string;
}

/** Web Locks of all tabs of a world. */
export interface Locks {
  /** How long it takes until a tab hears that it was granted the lock, in ms. @default [0, 0.5] */
  delay: Span;
  /** Who holds what, and who waits for it, first come first (`navigator.locks.query()`). */
  query(): { readonly held: readonly LockInfo[]; readonly pending: readonly LockInfo[] };
  /** How often a lock was stolen. */
  readonly steals: number;
  /** Every theft: when, in ms since the world began, by which tab and from which. */
  readonly thefts: readonly Theft[];
}

interface Wish extends LockInfo {
  readonly gate: Gate;
  /** Runs the task, unless nobody wants it any more. */
  readonly grant: () => void;
  /** The lock was stolen. */
  readonly rob: () => void;
}

const aborted = (message: string) => new DOMException(message, "AbortError");

/**
 * The lock manager of the browser, https://w3c.github.io/web-locks/: first come first served; a signal takes back a
 * wait, not a lock; `steal` robs the holder, whose task goes on all the same. A tab that stands still keeps what it
 * holds, and is granted what it waits for.
 */
export function createLocks(timeline: Timeline, chance: Chance, trace: Trace) {
  const held = new Map<string, Wish>();
  const queues = new Map<string, Wish[]>();
  const thefts: Theft[] = [];

  function next(name: string) {
    const wish = !held.has(name) && queues.get(name)?.shift();
    if (!wish) return;
    held.set(name, wish);
    trace(`${wish.tab} is granted the lock`);
    timeline.after(chance.within(locks.delay), () => wish.gate.enter(wish.grant));
  }
  function release(wish: Wish) {
    const queue = queues.get(wish.name) ?? [];
    if (queue.includes(wish)) queue.splice(queue.indexOf(wish), 1);
    if (held.get(wish.name) !== wish) return;
    held.delete(wish.name);
    trace(`${wish.tab} releases the lock`);
    next(wish.name);
  }

  const port =
    (tab: string, gate: Gate): LockPort =>
    <T>(name: string, { signal, steal }: LockOptions, task: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (gate.gone) return;
        if (signal && steal) throw new DOMException("signal with steal", "NotSupportedError");
        if (signal?.aborted) throw signal.reason;
        let begun = false;
        const takeBack = () => {
          if (begun) return;
          begun = true;
          reject(signal?.reason);
          release(wish);
        };
        const wish: Wish = {
          name,
          tab,
          gate,
          grant() {
            if (begun) return;
            begun = true;
            signal?.removeEventListener("abort", takeBack);
            // A task that is told to start after a theft starts, and learns of the theft next.
            void (async () => task())()
              .then(resolve, reject)
              .finally(() => release(wish));
          },
          rob: () => gate.enter(() => reject(aborted("The lock was stolen."))),
        };
        signal?.addEventListener("abort", takeBack);
        const queue = queues.get(name) ?? [];
        queues.set(name, queue);
        if (!steal) queue.push(wish);
        else {
          const robbed = held.get(name);
          held.delete(name);
          queue.unshift(wish);
          if (robbed) {
            thefts.push({ at: timeline.now, name, tab, from: robbed.tab });
            trace(`${tab} steals the lock of ${robbed.tab}`);
            timeline.after(chance.within(locks.delay), robbed.rob);
          }
        }
        next(name);
      });

  const info = ({ name, tab }: Wish): LockInfo => ({ name, tab });
  const locks: Locks = {
    delay: [0, 0.5],
    query: () => ({
      held: [...held.values()].map(info),
      pending: [...queues.values()].flat().map(info),
    }),
    thefts,
    get steals() {
      return thefts.length;
    },
  };

  return {
    locks,
    port,
    /** The tab is gone: what it held is free. */
    leave(tab: string) {
      for (const queue of queues.values())
        for (const wish of [...queue]) if (wish.tab === tab) queue.splice(queue.indexOf(wish), 1);
      for (const wish of [...held.values()]) if (wish.tab === tab) release(wish);
    },
  };
}
