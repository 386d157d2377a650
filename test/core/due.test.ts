import { expect, test } from "vitest";
import type { State } from "../../src/core/state.js";
import { NEVER } from "../../src/core/time.js";
import { dueAt } from "../../src/core/transition.js";
import { active, frozen, HOUR, MINUTE, NOW, policy, record, SECOND, tabs } from "./support.js";

const still = { ...policy, canTouch: false, canRefresh: false, canPeek: false };
const IDLE = NOW + 15 * MINUTE;
/** A hidden tab: one that is seen looks at its deadlines now and then. */
const hidden: State = { ...active, visible: false };
const next = (state: State, now: number, rules = still) => dueAt(frozen(state), rules, now);

test("I-quiet one timer: to the next instant at which something is due, one after the other", () => {
  const seen: number[] = [];
  for (let now = NOW; now < NEVER && seen.length < 20; now = seen.at(-1) as number)
    seen.push(next(hidden, now));
  expect(seen).toEqual([
    IDLE - 2 * MINUTE,
    IDLE - 3 * SECOND,
    IDLE,
    NOW + 8 * HOUR - 10 * MINUTE,
    NOW + 8 * HOUR - 3 * SECOND,
    NOW + 8 * HOUR,
    NEVER,
  ]);
});

test("what is due now has been seen to: the timer points at what comes after", () => {
  expect(next(hidden, IDLE - 2 * MINUTE - 1)).toBe(IDLE - 2 * MINUTE);
  expect(next(hidden, IDLE - 2 * MINUTE)).toBe(IDLE - 3 * SECOND);
});

test.each<[name: string, state: State, rules: typeof policy, expected: number]>([
  ["a refresh", hidden, { ...still, canRefresh: true }, NOW + 9.5 * MINUTE],
  ["a writing", { ...hidden, unwritten: true, writtenAt: NOW }, still, NOW + MINUTE],
  ["a touch", { ...hidden, activityAt: NOW + 10, mine: true }, { ...still, canTouch: true }, NOW + MINUTE],
  [
    "the question whether the server is back",
    { ...hidden, retryAt: NOW + 7, record: { ...record, failures: 1 } },
    { ...still, canPeek: true },
    NOW + 7,
  ],
])("the timer points at %s that comes before any limit", (_, state, rules, expected) => {
  expect(next(state, NOW + 5, rules)).toBe(expected);
});

test("while the last look is taken there is nothing to wait for but its answer", () => {
  expect(next({ ...hidden, busy: { verify: true } }, IDLE)).toBe(NEVER);
  expect(next({ ...hidden, busy: { verify: true } }, NOW, policy)).toBe(NEVER);
});

test("a hold is looked at as often as activity is written, and no longer than it lasts", () => {
  const held = { ...hidden, holdUntil: NOW + HOUR };
  expect(next(held, NOW)).toBe(NOW + MINUTE);
  expect(next({ ...held, busy: { verify: true } }, NOW)).toBe(NOW + MINUTE);
  expect(next(held, NOW + HOUR - 1)).toBe(NOW + HOUR - 1 + MINUTE);
  expect(next(held, NOW + HOUR)).toBe(NOW + 8 * HOUR - 10 * MINUTE);
  expect(next({ ...held, holdUntil: NOW }, NOW)).toBe(IDLE - 2 * MINUTE);
});

test("I-quiet a hold of a session that has no time at all is no reason to look again at once", () => {
  const held = { ...hidden, holdUntil: NOW + HOUR, busy: { verify: true } };
  expect(next({ ...held, record: { ...record, idleTimeout: 0 } }, NOW)).toBe(NEVER);
});

test("I-quiet a tab of nobody has no timer, but for the look after an end that another tab announced", () => {
  for (const status of ["unknown", "signed-out", "ended"] as const) {
    expect(next(tabs[status], NOW)).toBe(NEVER);
    expect(next({ ...tabs[status], lookAt: NOW + 9 }, NOW)).toBe(NOW + 9);
  }
});

test("I11 a limit of 400 days is an instant like any other", () => {
  const days = 400 * 24 * HOUR;
  const rules = { ...still, idleTimeout: days };
  const state = { ...hidden, absoluteAt: NEVER, record: { ...record, idleTimeout: NEVER } };
  expect(next(state, NOW, rules)).toBe(NOW + days - 2 * MINUTE);
});

test("without limits there is no timer", () => {
  const state = { ...hidden, absoluteAt: NEVER, record: { ...record, absoluteTimeout: NEVER } };
  expect(next(state, NOW, { ...still, idleTimeout: NEVER })).toBe(NEVER);
});

test("I1 a page that is seen looks at its deadlines once a minute: nothing tells it that the machine has slept", () => {
  expect(next(active, NOW)).toBe(NOW + MINUTE);
  expect(next({ ...active, busy: { verify: true } }, NOW)).toBe(NEVER);
  expect(next(active, IDLE - 2 * MINUTE - 5)).toBe(IDLE - 2 * MINUTE);
  expect(next({ ...active, holdUntil: NOW + HOUR }, NOW, { ...still, idleTimeout: MINUTE })).toBe(
    NOW + 6 * SECOND,
  );
});

test("I-quiet a page that is seen and has no deadline looks at nothing", () => {
  const state = { ...active, absoluteAt: NEVER, record: { ...record, absoluteTimeout: NEVER } };
  expect(next(state, NOW, { ...still, idleTimeout: NEVER })).toBe(NEVER);
});
