import fc from "fast-check";
import { expect, test } from "vitest";
import { backoff, decideRefresh, idempotencyKey } from "../../src/core/attempt.js";
import { ended, HOUR, MINUTE, nextSession, record, SECOND } from "./support.js";

const ALMOST_ONE = 1 - Number.EPSILON / 2;

test.each([
  [0, 1 * SECOND],
  [1, 2 * SECOND],
  [2, 4 * SECOND],
  [5, 32 * SECOND],
  [6, MINUTE],
  [7, MINUTE],
  [10, MINUTE],
  [5000, MINUTE],
])("F14 after %d failures in a row the next attempt comes within %d ms", (failures, ceiling) => {
  expect(backoff(failures, ALMOST_ONE)).toBeCloseTo(ceiling, 6);
  expect(backoff(failures, 0.5)).toBe(ceiling / 2);
});

test("F14 the jitter is full: any part of the time may pass, but never less than a quarter of a second", () => {
  expect(backoff(0, 0)).toBe(250);
  expect(backoff(9, 0)).toBe(250);
  expect(backoff(0, 0.25)).toBe(250);
  expect(backoff(0, 0.26)).toBe(260);
});

test.each([
  ["at once", 0, 250],
  ["in 90 s", 90 * SECOND, 90 * SECOND + 250],
  ["in an hour", HOUR, HOUR + 250],
  ["tomorrow: in an hour, then", 24 * HOUR, HOUR + 250],
])("Retry-After is a floor: the server asks to come back %s", (_, asked, expected) => {
  expect(backoff(3, 0, asked)).toBe(expected);
});

test("F22 a wait is bounded, and tabs that failed together do not come back together", () => {
  const chance = fc.double({ min: 0, max: ALMOST_ONE, noNaN: true });
  fc.assert(
    fc.property(fc.nat(), chance, fc.nat({ max: 48 * HOUR }), (failures, random, asked) => {
      const wait = backoff(failures, random, asked);
      expect(wait).toBeGreaterThanOrEqual(Math.min(asked, HOUR) + 250);
      expect(wait).toBeLessThanOrEqual(Math.min(asked, HOUR) + MINUTE);
    }),
  );
});

const want = { epoch: 7, sequence: 3, failures: 0 };

test.each<[name: string, found: Parameters<typeof decideRefresh>[0], cooling: boolean, expected: string]>([
  ["its own credential still there: it sends", record, false, "send"],
  ["F1 a newer credential: it adopts that", { ...record, sequence: 4 }, false, "adopt"],
  ["a newer credential in a cool-down: it adopts that", { ...record, sequence: 4 }, true, "adopt"],
  ["the cool-down of the server: it waits", { ...record, retryAt: 1 }, true, "cooling"],
  ["a pause that is this tab's alone: it sends", { ...record, retryAt: 0 }, true, "send"],
  ["F14 that another tab failed meanwhile: it waits", { ...record, failures: 1 }, false, "cooling"],
  ["F29 the end of the session: it gives up", ended, false, "over"],
  ["the end, in a cool-down: it gives up", ended, true, "over"],
  ["F29 another session: it gives up", nextSession("ada"), false, "over"],
  ["F29 another session at the same sequence: it gives up", { ...record, epoch: 9 }, false, "over"],
  ["an older session: it gives up", { ...record, epoch: 6 }, false, "over"],
  ["the same epoch, but ended: it gives up", { ...record, live: false }, false, "over"],
  ["nothing: it gives up", undefined, false, "over"],
])("a tab that got the lock and finds %s", (_, found, cooling, expected) => {
  expect(decideRefresh(found, want, cooling)).toBe(expected);
});

test.each([
  [1, 1, "send"],
  [2, 1, "cooling"],
  [0, 1, "send"],
])("with %d failures on record and %d when it asked, a tab decides: %s", (found, known, expected) => {
  expect(decideRefresh({ ...record, failures: found }, { ...want, failures: known }, false)).toBe(expected);
});

test("F4 the idempotency key names the credential: prefix, epoch and sequence", () => {
  expect(idempotencyKey(record)).toBe("random.7.3");
});

test("F4 every attempt at a credential has the same key, and every other credential another", () => {
  const attempt = { ...record, failures: 2, retryAt: 1, intent: { attempt: 3, tab: "b" } };
  expect(idempotencyKey(attempt)).toBe(idempotencyKey(record));
  const others = [
    { ...record, sequence: 4 },
    { ...record, epoch: 9 },
    { ...record, prefix: "another" },
  ];
  expect(new Set([record, ...others].map(idempotencyKey)).size).toBe(4);
});
