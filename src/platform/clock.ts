import type { Clock } from "./platform.js";

/** A longer `setTimeout` fires at once: https://developer.mozilla.org/docs/Web/API/Window/setTimeout#maximum_delay_value */
const LONGEST = 2 ** 31 - 1;

/** A clock reads the `performance` that was there when it was made: looking that up takes longer than reading it. */
export function clock(): Clock {
  const { performance } = globalThis;
  return {
    wall: () => Date.now(),
    mono: () => performance.now(),
    timer(ms, run) {
      const handle = setTimeout(run, Math.min(ms, LONGEST));
      return () => clearTimeout(handle);
    },
  };
}
