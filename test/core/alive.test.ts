import { expect, test } from "vitest";
import { type AliveFacts, alive } from "../../src/core/alive.js";
import { signIn } from "../../src/core/commit.js";
import { initialState, type State } from "../../src/core/state.js";
import { NEVER } from "../../src/core/time.js";
import { active, frozen, grant, HOUR, MINUTE, NOW, policy, record, SECOND, WALL } from "./support.js";

const facts = ({ activityAt, seenAt, touchedAt, absoluteAt, unwritten }: State): AliveFacts => ({
  activityAt,
  seenAt,
  touchedAt,
  absoluteAt,
  unwritten,
});

/** A tab at its idle deadline: nothing has happened here since the sign-in. */
const DEADLINE = NOW + 15 * MINUTE;
const heard = (told: Parameters<typeof alive>[1], state: State = active, now = DEADLINE, rules = policy) =>
  alive(frozen(state), told, now, rules);

const seen = (at: number): AliveFacts => ({
  ...facts(active),
  activityAt: at,
  touchedAt: at,
  seenAt: at - 1,
  unwritten: true,
});

test("I7 activity that only the server knows of, on another device, moves the idle deadline", () => {
  expect(heard({ idle: 10 * MINUTE })).toEqual(seen(DEADLINE - 5 * MINUTE));
});

test("a server that gives more time than before has seen the user just now, and not in the future", () => {
  expect(heard({ idle: HOUR })).toEqual(seen(DEADLINE));
});

test("S3 what the server has of this browser's own touch is no activity", () => {
  expect(heard({ idle: 0 })).toEqual(facts(active));
});

test.each([
  ["a twentieth of the idle limit after the touch is the touch, late", 45 * SECOND, policy, false],
  ["one ms more is news", 45 * SECOND + 1, policy, true],
  [
    "a second after the touch is the touch, however short the limit",
    SECOND,
    { ...policy, idleTimeout: MINUTE / 6 },
    false,
  ],
  ["one ms more than that is news", SECOND + 1, { ...policy, idleTimeout: MINUTE / 6 }, true],
])("two clocks and a network lie in between: %s", (_, later, rules, news) => {
  const told = { idle: later };
  expect(heard(told, active, DEADLINE, rules)).toEqual(news ? seen(NOW + later) : facts(active));
});

test("news that are older than the activity here are no news", () => {
  const state = { ...active, activityAt: NOW + 5 * MINUTE };
  expect(heard({ idle: 5 * MINUTE }, state)).toEqual(facts(state));
  expect(heard({ idle: 5 * MINUTE + 1 }, state).activityAt).toBe(NOW + 5 * MINUTE + 1);
});

test("a server that never told how long the user may be idle has no news of it", () => {
  const state = { ...active, record: { ...record, idleTimeout: NEVER } };
  expect(heard({ idle: 10 * MINUTE }, state)).toEqual(facts(state));
});

test("a server that tells nothing moves nothing", () => {
  expect(heard({})).toEqual(facts(active));
  expect(heard({ idle: undefined, absolute: undefined })).toEqual(facts(active));
});

test("without a record there is nothing to move", () => {
  expect(heard({ idle: MINUTE, absolute: MINUTE }, initialState)).toEqual(facts(initialState));
});

test("a server that counts less time than is left here is believed: a clock here may have stood still", () => {
  const now = NOW + 5 * MINUTE;
  expect(heard({ idle: 9 * MINUTE }, active, now)).toEqual({
    ...facts(active),
    activityAt: NOW - MINUTE,
    seenAt: NOW - MINUTE,
  });
  expect(heard({ idle: 0 }, active, now).activityAt).toBe(now - 15 * MINUTE);
});

test.each([
  ["a twentieth of the limit less is a network in between", 45 * SECOND, false],
  ["one ms more than that is less time", 45 * SECOND + 1, true],
])("two clocks lie in between: %s", (_, less, believed) => {
  const told = { idle: 10 * MINUTE - less };
  expect(heard(told, active, NOW + 5 * MINUTE).activityAt).toBe(believed ? NOW - less : NOW);
});

test("I-idle a server that has not heard of the last activity takes nothing away", () => {
  const untold = { ...active, activityAt: NOW + MINUTE, touchedAt: NOW };
  expect(heard({ idle: 0 }, untold, NOW + 5 * MINUTE)).toEqual(facts(untold));
});

test("I-idle a word that a touch overtook takes nothing away", () => {
  // Asked at the fifth minute; meanwhile the user did something, and the server is being told.
  const at = NOW + 5 * MINUTE;
  const later = { ...active, activityAt: at + 1, touchedAt: at + 1 };
  expect(heard({ idle: MINUTE }, later, at)).toEqual(facts(later));
  const telling: State = { ...active, activityAt: at - 1, touchedAt: at - 1, busy: { write: true } };
  expect(heard({ idle: MINUTE }, telling, at)).toEqual(facts(telling));
});

test("I-idle a word that another tab's touch overtook takes nothing away while that may still be under way", () => {
  const at = NOW + 5 * MINUTE;
  const claimed: State = { ...active, activityAt: at, touchedAt: at };
  expect(heard({ idle: MINUTE }, claimed, at)).toEqual(facts(claimed));
  const settled = at + policy.patience;
  expect(heard({ idle: MINUTE }, claimed, settled - 1)).toEqual(facts(claimed));
  expect(heard({ idle: MINUTE }, claimed, settled).activityAt).toBe(settled + MINUTE - 15 * MINUTE);
});

test("a longer limit at the server takes nothing away from a shorter one here", () => {
  const rules = { ...policy, idleTimeout: 5 * MINUTE };
  expect(heard({ idle: 12 * MINUTE }, active, NOW + 3 * MINUTE, rules)).toEqual(facts(active));
  const none = { ...policy, idleTimeout: NEVER };
  expect(heard({ idle: 0 }, active, NOW + 5 * MINUTE, none)).toEqual(facts(active));
});

// -- The absolute limit

const LIMIT = NOW + 8 * HOUR;

test("S2 before its time, the absolute limit only comes nearer", () => {
  expect(heard({ absolute: HOUR }).absoluteAt).toBe(DEADLINE + HOUR);
  expect(heard({ absolute: 8 * HOUR }).absoluteAt).toBe(LIMIT);
  expect(heard({ absolute: 0 }).absoluteAt).toBe(DEADLINE);
});

test.each([
  ["at it", LIMIT],
  ["after it", LIMIT + HOUR],
])(
  "I12 a clock that ran ahead: %s here, and an hour left at the server, the limit is where the server has it",
  (_, now) => {
    expect(heard({ absolute: HOUR }, active, now).absoluteAt).toBe(now + HOUR);
  },
);

test("one ms before it, the limit here still counts", () => {
  expect(heard({ absolute: HOUR }, active, LIMIT - 1).absoluteAt).toBe(LIMIT);
});

test("S2 a limit that has passed at the server too has passed", () => {
  expect(heard({ absolute: 0 }, active, LIMIT).absoluteAt).toBe(LIMIT);
});

test("S2 a limit that has passed, and of which the server tells nothing, has passed", () => {
  expect(heard({}, active, LIMIT).absoluteAt).toBe(LIMIT);
  expect(heard({ idle: MINUTE }, active, LIMIT + HOUR).absoluteAt).toBe(LIMIT);
});

test("S2 no server gives more than the whole limit", () => {
  expect(heard({ absolute: 8 * HOUR }, active, LIMIT).absoluteAt).toBe(LIMIT + 8 * HOUR);
  expect(heard({ absolute: 9 * HOUR }, active, LIMIT).absoluteAt).toBe(LIMIT + 8 * HOUR);
});

/** The application allows an hour, the server eight. */
const own: State = {
  ...active,
  absoluteAt: NOW + HOUR,
  record: { ...signIn(undefined, grant, { ...policy, absoluteTimeout: HOUR }), epoch: 7 },
};

test("S2 a limit of the application's own passes, whatever the server has left", () => {
  expect(heard({ absolute: 7 * HOUR }, own, NOW + HOUR).absoluteAt).toBe(NOW + HOUR);
  expect(
    heard({ absolute: 7 * HOUR - 5 * MINUTE }, own, NOW + HOUR + 5 * MINUTE).absoluteAt,
  ).toBeLessThanOrEqual(NOW + HOUR + 5 * MINUTE);
});

test("I12 a limit of the application's own that passed because the clock here ran ahead has not passed", () => {
  // Half an hour has gone by for the server.
  expect(heard({ absolute: 7.5 * HOUR }, own, NOW + HOUR).absoluteAt).toBe(NOW + 1.5 * HOUR);
});

test("S2 a server that told no absolute limit at the sign-in cannot move the one that is kept here", () => {
  const grantWithout = { ...grant, absolute: undefined };
  const state: State = { ...active, record: { ...signIn(undefined, grantWithout, policy), epoch: 7 } };
  expect(heard({ absolute: HOUR }, state, LIMIT).absoluteAt).toBe(LIMIT);
  expect(heard({ absolute: MINUTE }, state).absoluteAt).toBe(LIMIT);
  expect(state.record?.absoluteAt).toBe(WALL + 8 * HOUR);
});
