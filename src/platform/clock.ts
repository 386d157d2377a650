import type { Clock } from "./platform.js";

/** A longer `setTimeout` fires at once: https://developer.mozilla.org/docs/Web/API/Window/setTimeout#maximum_delay_value */
const LONGEST = 2 ** 31 - 1;

export const clock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  timer(ms, run) {
    const handle = setTimeout(run, Math.max(0, Math.min(ms, LONGEST)));
    return () => clearTimeout(handle);
  },
};
