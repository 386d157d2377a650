import type { Clock } from "../platform/platform.js";
import type { Gate } from "./gate.js";
import type { Timeline } from "./timeline.js";

/** The clocks of the machine that all tabs run on. */
export interface MachineClock {
  /** What the wall clock showed when the world began: ms since the epoch. */
  readonly startAt: number;
  /** How far the wall clock has been set away from the truth, in ms. */
  offset: number;
  /** How long the monotonic clock has stood still in sleep, in ms. */
  stopped: number;
}

/** The clock of one tab, seen from outside. */
export interface TabClock extends Clock {
  /** How far this tab's wall clock alone is off, in ms. */
  offset: number;
  /** Timers fire only at multiples of so many ms, as in a hidden tab; 0 for as soon as they are due. */
  throttle: number;
  /** How many timers are armed. */
  readonly timers: number;
  /** The monotonic clock is going to stand still for so long: timers count on it. */
  stood(ms: number): void;
  /** Cancels all timers. */
  end(): void;
}

interface Timer {
  at: number;
  run: () => void;
  callOff: () => void;
}

/** A wall clock in whole ms that can be set; a monotonic one in tenths; timers that go by the monotonic one. */
export function createTabClock(timeline: Timeline, machine: MachineClock, gate: Gate): TabClock {
  const bornAt = timeline.now;
  const stoppedBefore = machine.stopped;
  const timers = new Set<Timer>();

  function arm(timer: Timer) {
    timer.callOff = timeline.at(timer.at, () => {
      const { throttle } = clock;
      const late = throttle ? Math.ceil(timeline.now / throttle) * throttle : 0;
      if (late > timeline.now) {
        timer.at = late;
        arm(timer);
        return;
      }
      gate.enter(() => {
        // It may have been cancelled while it waited for a tab that stood still.
        if (timers.delete(timer)) timer.run();
      });
    });
  }

  const clock: TabClock = {
    offset: 0,
    throttle: 0,
    get timers() {
      return timers.size;
    },
    wall: () => Math.floor(machine.startAt + timeline.now + machine.offset + clock.offset),
    mono: () => Math.round((timeline.now - bornAt - (machine.stopped - stoppedBefore)) * 10) / 10,
    timer(ms, run) {
      if (gate.gone) return () => {};
      // The browser's port cuts what `setTimeout` cannot: such a timer comes early and is armed again.
      const wait = Math.max(0, Math.min(ms, 2 ** 31 - 1));
      const timer: Timer = { at: timeline.now + wait, run, callOff() {} };
      timers.add(timer);
      arm(timer);
      return () => {
        timers.delete(timer);
        timer.callOff();
      };
    },
    stood(ms) {
      for (const timer of timers) {
        timer.callOff();
        timer.at += ms;
        arm(timer);
      }
    },
    end() {
      for (const timer of timers) timer.callOff();
      timers.clear();
    },
  };
  return clock;
}
