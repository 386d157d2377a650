import { expect, test } from "vitest";
import {
  deadlineOf,
  deadlines,
  idleTimeout,
  nearest,
  touchDueAt,
  warned,
  writeDueAt,
  writeEvery,
} from "../../src/core/idle.js";
import { DEFAULT_IDLE } from "../../src/core/policy.js";
import type { State } from "../../src/core/state.js";
import { NEVER } from "../../src/core/time.js";
import { active, HOUR, MINUTE, NOW, policy, record, SECOND, tabs } from "./support.js";

const told = (ms: number): State => ({ ...active, record: { ...record, idleTimeout: ms } });

test.each<[name: string, state: State, configured: number | undefined, expected: number]>([
  ["the application's where it is the nearer", told(30 * MINUTE), 15 * MINUTE, 15 * MINUTE],
  ["S1 the server's where that is the nearer", told(5 * MINUTE), 15 * MINUTE, 5 * MINUTE],
  ["the application's where the server tells none", told(NEVER), 15 * MINUTE, 15 * MINUTE],
  ["the application's while there is no record", tabs.unknown, 15 * MINUTE, 15 * MINUTE],
  ["the server's where the application names none", told(30 * MINUTE), undefined, 30 * MINUTE],
  ["15 minutes where nobody names one", told(NEVER), undefined, DEFAULT_IDLE],
  ["15 minutes where nobody names one and there is no record", tabs.unknown, undefined, DEFAULT_IDLE],
  ["none where the application switched it off, whatever the server tells", told(5 * MINUTE), NEVER, NEVER],
])("the idle limit is %s", (_, state, configured, expected) => {
  expect(idleTimeout(state, { ...policy, idleTimeout: configured })).toBe(expected);
});

test("the default idle limit is 15 minutes (PCI DSS 8.2.8)", () => {
  expect(DEFAULT_IDLE).toBe(900_000);
});

test("the idle deadline follows the activity, the absolute one follows nothing (S2)", () => {
  expect(deadlines({ ...active, activityAt: NOW + MINUTE }, policy)).toEqual([
    { limit: "idle", at: NOW + 16 * MINUTE, most: 15 * MINUTE, warning: 2 * MINUTE },
    { limit: "absolute", at: NOW + 8 * HOUR, most: 8 * HOUR, warning: 10 * MINUTE },
  ]);
});

test("a limit that is switched off never comes", () => {
  const off = { ...policy, idleTimeout: NEVER };
  const state = { ...active, absoluteAt: NEVER, record: { ...record, absoluteTimeout: NEVER } };
  expect(deadlines(state, off).map(({ at, most }) => [at, most])).toEqual([
    [NEVER, NEVER],
    [NEVER, NEVER],
  ]);
});

test("before there is a record the absolute limit never comes, and nothing of it is NaN", () => {
  const { at, most, warning } = deadlineOf(tabs.unknown, policy, "absolute");
  expect([at, most, warning]).toEqual([NEVER, NEVER, 10 * MINUTE]);
});

test.each<[name: string, wanted: number | undefined, timeout: number, idle: number, absolute: number]>([
  ["as was configured", 10 * MINUTE, 15 * MINUTE, 10 * MINUTE, 10 * MINUTE],
  ["A1 as was configured, to the last ms", 20 * SECOND, 20 * SECOND + 1, 20 * SECOND, 20 * SECOND],
  ["at half of a limit that leaves no room for it", 20 * SECOND, 20 * SECOND, 10 * SECOND, 10 * SECOND],
  ["as usual before a limit that leaves no room for it", HOUR, 40 * MINUTE, 2 * MINUTE, 10 * MINUTE],
  ["as usual", undefined, HOUR, 2 * MINUTE, 10 * MINUTE],
  ["at half of a short limit", undefined, 3 * MINUTE, 90 * SECOND, 90 * SECOND],
  ["at half of a limit between the two", undefined, 10 * MINUTE, 2 * MINUTE, 5 * MINUTE],
])("the warnings open %s", (_, wanted, timeout, idle, absolute) => {
  const rules = { ...policy, idleTimeout: timeout, idleWarning: wanted, absoluteWarning: wanted };
  const state = { ...active, record: { ...record, idleTimeout: NEVER, absoluteTimeout: timeout } };
  expect(deadlines(state, rules).map(({ warning }) => warning)).toEqual([idle, absolute]);
});

test("deadlineOf picks the limit that is asked for", () => {
  expect(deadlineOf(active, policy, "idle").limit).toBe("idle");
  expect(deadlineOf(active, policy, "absolute").limit).toBe("absolute");
});

test.each<[idleAt: number, absoluteAt: number, expected: "idle" | "absolute"]>([
  [10, 11, "idle"],
  [11, 10, "absolute"],
  [10, 10, "absolute"],
])("with the idle deadline at %d and the absolute one at %d, %s comes first", (idle, absolute, expected) => {
  const state = { ...active, activityAt: idle - 15 * MINUTE, absoluteAt: absolute };
  expect(nearest(state, policy).limit).toBe(expected);
});

test.each<[name: string, state: Partial<State>, now: number, expected: "idle" | "absolute" | undefined]>([
  ["nothing one ms before a warning is due", {}, NOW + 13 * MINUTE - 1, undefined],
  ["the idle limit from the moment its warning is due", {}, NOW + 13 * MINUTE, "idle"],
  ["the absolute limit when only that is near", { absoluteAt: NOW + 10 * MINUTE }, NOW, "absolute"],
  [
    "nothing one ms before the warning of the absolute limit",
    { absoluteAt: NOW + 10 * MINUTE + 1 },
    NOW,
    undefined,
  ],
  ["of two the one that comes first, idle", { absoluteAt: NOW + 15 * MINUTE + 1 }, NOW + 13 * MINUTE, "idle"],
  [
    "of two the one that comes first, absolute",
    { absoluteAt: NOW + 15 * MINUTE - 1 },
    NOW + 13 * MINUTE,
    "absolute",
  ],
])("the user is warned of %s", (_, state, now, expected) => {
  expect(warned({ ...active, ...state }, policy, now)?.limit).toBe(expected);
});

test.each([
  [15 * MINUTE, MINUTE],
  [10 * MINUTE, MINUTE],
  [9 * MINUTE, 54 * SECOND],
  [20 * SECOND, 2 * SECOND],
  [8 * HOUR, MINUTE],
])("with an idle limit of %d ms activity is written every %d ms at most", (timeout, every) => {
  expect(writeEvery(told(NEVER), { ...policy, idleTimeout: timeout })).toBe(every);
});

// -- Keep-alive

const busyUser: State = { ...active, activityAt: NOW + 1, mine: true };

test.each<[name: string, state: State, rules: typeof policy, expected: number]>([
  ["a minute after the last touch in the tab where the user is", busyUser, policy, NOW + MINUTE],
  ["two minutes after it in another tab", { ...busyUser, mine: false }, policy, NOW + 2 * MINUTE],
  ["not before the end of a cool-down", { ...busyUser, retryAt: NOW + HOUR }, policy, NOW + HOUR],
  ["after a tenth of a short idle limit", busyUser, { ...policy, idleTimeout: MINUTE }, NOW + 6 * SECOND],
  ["never without activity since the last touch (I18)", { ...busyUser, activityAt: NOW }, policy, NEVER],
  ["never when the last touch is newer", { ...busyUser, touchedAt: NOW + 2 }, policy, NEVER],
  ["never where the server has no touch", busyUser, { ...policy, canTouch: false }, NEVER],
])("S3 the server is told of activity %s", (_, state, rules, expected) => {
  expect(touchDueAt(state, rules)).toBe(expected);
});

const unwritten: State = { ...active, unwritten: true, writtenAt: NOW + 5 };
const noTouch = { ...policy, canTouch: false };

test.each<[name: string, state: State, rules: typeof policy, expected: number]>([
  ["a minute after the last writing", unwritten, noTouch, NOW + 5 + MINUTE],
  ["never when the record shows it already", { ...unwritten, unwritten: false }, noTouch, NEVER],
  ["never while a writing is under way", { ...unwritten, busy: { write: true } }, noTouch, NEVER],
  [
    "also while other things are under way",
    { ...unwritten, busy: { refresh: true } },
    noTouch,
    NOW + 5 + MINUTE,
  ],
  ["never after the end", { ...unwritten, status: "ended" }, noTouch, NEVER],
  ["also while a warning is open", { ...unwritten, status: "warning" }, noTouch, NOW + 5 + MINUTE],
  [
    "when a touch is due, if the record shows it already",
    { ...busyUser, writtenAt: NOW - 1 },
    policy,
    NOW + MINUTE,
  ],
  [
    "never more often than that for a touch that is due",
    { ...busyUser, writtenAt: NOW + 5 },
    policy,
    NOW + 5 + MINUTE,
  ],
  ["not sooner for a touch that is due", { ...busyUser, ...unwritten }, policy, NOW + 5 + MINUTE],
])("activity is written for the other tabs %s", (_, state, rules, expected) => {
  expect(writeDueAt(state, rules)).toBe(expected);
});

test("S1 the server's idle clock never ends before the one here, however the user's activity falls", () => {
  // The server's clock starts at a touch, the one here at the activity: a touch is due at most this long after one.
  for (const timeout of [20 * SECOND, MINUTE, 15 * MINUTE, HOUR]) {
    const rules = { ...policy, idleTimeout: timeout };
    const at = touchDueAt(busyUser, rules);
    expect(at - NOW).toBeLessThanOrEqual(timeout / 10);
    expect(touchDueAt({ ...busyUser, mine: false }, rules) - NOW).toBeLessThanOrEqual(timeout / 5);
  }
});
