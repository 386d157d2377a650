import type { Clock } from "../../../src/backend/clock.js";

/** Stands still until it is told otherwise. */
export class ManualClock implements Clock {
  #now = Date.parse("2026-01-05T07:00:00Z");

  now(): number {
    return this.#now;
  }

  /** Milliseconds; negative sets it back. */
  advance(ms: number): void {
    this.#now += ms;
  }
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
