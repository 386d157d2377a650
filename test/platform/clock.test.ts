import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clock as browserClock } from "../../src/platform/clock.js";
import type { Clock } from "../../src/platform/platform.js";

let clock: Clock;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  clock = browserClock();
});
afterEach(() => void vi.useRealTimers());

const LONGEST = 2 ** 31 - 1;
const DAY = 24 * 3_600_000;

test("the wall clock is Date, the monotonic one is performance", () => {
  const mono = clock.mono();
  vi.advanceTimersByTime(1500);
  expect(clock.wall()).toBe(1_800_000_001_500);
  expect(clock.mono()).toBe(mono + 1500);
  vi.setSystemTime(5);
  expect(clock.wall()).toBe(5);
  expect(clock.mono()).toBe(mono + 1500);
});

test("a clock looks `performance` up once: that costs a page more than to read it", () => {
  const { performance } = globalThis;
  const looked = vi.spyOn(globalThis, "performance", "get").mockReturnValue(performance);
  const { mono } = browserClock();
  expect([mono(), mono()]).toEqual([performance.now(), performance.now()]);
  expect(looked).toHaveBeenCalledTimes(1);
});

test("a timer fires once, when its time has come", () => {
  const run = vi.fn();
  clock.timer(1000, run);
  vi.advanceTimersByTime(999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(DAY);
  expect(run).toHaveBeenCalledTimes(1);
});

test("a timer that was cancelled never fires", () => {
  const run = vi.fn();
  clock.timer(1000, run)();
  vi.advanceTimersByTime(DAY);
  expect(run).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [30 * DAY, LONGEST],
  [400 * DAY, LONGEST],
  [Number.POSITIVE_INFINITY, LONGEST],
  [LONGEST + 1, LONGEST],
  [LONGEST, LONGEST],
  [LONGEST - 1, LONGEST - 1],
  [0, 0],
])("I11 a timer of %d ms is set to %d ms: one above 2³¹ would fire at once", (ms, delay) => {
  const set = vi.spyOn(globalThis, "setTimeout");
  clock.timer(ms, () => {})();
  expect(set.mock.calls[0][1]).toBe(delay);
});
