import type { Timeline } from "./timeline.js";

/**
 * Every way into a tab: timers, messages, replies, storage, locks. A tab that stands still takes nothing in, and what
 * came meanwhile waits until it runs again; a tab that is gone takes nothing ever. Ways out need no gate: what does not
 * run does nothing.
 */
export interface Gate {
  readonly running: boolean;
  readonly gone: boolean;
  /** Runs it now, when the tab runs again, or never. */
  enter(run: () => void): void;
  /** Stands still, for one more reason. */
  stop(reason: Stop): void;
  /** One reason less. What waited runs, in order, if none is left. */
  go(reason: Stop): void;
  /** For good. */
  end(): void;
}

/** Why a tab stands still: the browser froze it or has it in the back/forward cache; or the machine sleeps. */
type Stop = "frozen" | "asleep";

/** Makes the {@link Gate} of a tab. */
export function createGate(timeline: Timeline): Gate {
  const stops = new Set<Stop>();
  let gone = false;
  let waiting: (() => void)[] = [];
  const gate: Gate = {
    get running() {
      return !gone && !stops.size;
    },
    get gone() {
      return gone;
    },
    enter(run) {
      if (gone) return;
      if (stops.size) waiting.push(run);
      else run();
    },
    stop: (reason) => void stops.add(reason),
    go(reason) {
      stops.delete(reason);
      if (stops.size) return;
      const due = waiting;
      waiting = [];
      // Each a task of its own.
      for (const run of due) timeline.after(0, () => gate.enter(run));
    },
    end() {
      gone = true;
      waiting = [];
    },
  };
  return gate;
}
