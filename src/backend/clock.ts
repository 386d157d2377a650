/** Wall-clock milliseconds. Passed in, so that a test can let eight hours go by at once. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
