import { expect, test } from "vitest";
import type { Policy } from "../../src/core/policy.js";
import type { SharedRecord } from "../../src/core/record.js";
import { initialState, type State } from "../../src/core/state.js";
import { transition } from "../../src/core/transition.js";

// The first steps of a tab, spelt out. The examples of the other tests are made by taking these.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const policy: Policy = {
  idleTimeout: 15 * MINUTE,
  idleWarning: 2 * MINUTE,
  absoluteTimeout: 8 * HOUR,
  absoluteWarning: 10 * MINUTE,
  refreshMargin: MINUTE,
  patience: 15_000,
  canPeek: true,
  canTouch: true,
  canRefresh: true,
};

/** Signed in a second before it is read, by a wall clock that shows 1000 s more than the session clock. */
const record: SharedRecord = {
  v: 1,
  epoch: 7,
  sequence: 3,
  live: true,
  prefix: "random",
  subject: "ada",
  marker: "m1",
  activityAt: 1_004_000,
  touchedAt: 1_003_000,
  idleTimeout: 15 * MINUTE,
  absoluteAt: 1_004_000 + 8 * HOUR,
  absoluteTimeout: 8 * HOUR,
  absoluteTold: 8 * HOUR,
  accessAt: 1_004_000 + 10 * MINUTE,
  accessLifetime: 10 * MINUTE,
  failures: 0,
  retryAt: 0,
  asked: false,
  intent: null,
  end: null,
};
const moment = { now: 5000, wall: 1_005_000 };

const unknown: State = {
  status: "unknown",
  limit: "idle",
  reason: "logout",
  origin: "this-tab",
  record: undefined,
  over: -1,
  activityAt: 0,
  seenAt: 0,
  touchedAt: 0,
  absoluteAt: Number.POSITIVE_INFINITY,
  accessAt: Number.POSITIVE_INFINITY,
  retryAt: 0,
  intentAt: 0,
  subject: undefined,
  announced: false,
  mine: false,
  unwritten: false,
  writtenAt: 0,
  holdUntil: 0,
  called: 0,
  lookAt: Number.POSITIVE_INFINITY,
  visible: true,
  jitter: 0,
  busy: {},
};
const live: State = {
  ...unknown,
  status: "active",
  origin: "other-tab",
  record,
  activityAt: 4000,
  seenAt: 4000,
  touchedAt: 3000,
  absoluteAt: 4000 + 8 * HOUR,
  accessAt: 4000 + 10 * MINUTE,
  retryAt: 5000,
  intentAt: 0,
  subject: "ada",
  announced: true,
  jitter: 0.25,
};
const found = { type: "record", record, origin: "other-tab", random: 0.25, ...moment } as const;

test("a tab begins knowing nothing, and nothing is due", () => {
  expect(initialState).toEqual(unknown);
  expect(transition(unknown, { type: "tick", ...moment }, policy)).toEqual([unknown, []]);
  expect(transition(unknown, { ...found, record: undefined }, policy)).toEqual([unknown, []]);
});

test("a tab that finds a session knows all of it, on its own clock, and says that it has started", () => {
  expect(transition(unknown, found, policy)).toEqual([
    live,
    [{ type: "emit", event: "started", detail: { origin: "other-tab" } }],
  ]);
});

test("a tab that finds an attempt under way counts its age from now", () => {
  const intent = { attempt: 2, tab: "b" };
  const [state] = transition(unknown, { ...found, record: { ...record, intent } }, policy);
  expect(state).toEqual({ ...live, record: { ...record, intent }, intentAt: 5000 });
});

test("a tab that ends its session knows of which epoch, has it written, and says so", () => {
  const end = { type: "end", reason: "logout", origin: "this-tab", ...moment } as const;
  expect(transition(live, end, policy)).toEqual([
    { ...live, status: "ended", reason: "logout", origin: "this-tab", over: 7 },
    [
      { type: "over", epoch: 7, reason: "logout", write: true },
      { type: "emit", event: "ended", detail: { reason: "logout", origin: "this-tab" } },
    ],
  ]);
});

test("a hold is known also before there is a session", () => {
  const hold = { type: "hold", until: 9000, ...moment } as const;
  expect(transition(unknown, hold, policy)).toEqual([{ ...unknown, holdUntil: 9000 }, []]);
});

test("a tab that is used says so once, in its own time", () => {
  const activity = { type: "activity", at: 4500, now: 5000, wall: 1_005_000 } as const;
  expect(transition({ ...live, writtenAt: 5000 }, activity, policy)).toEqual([
    { ...live, writtenAt: 5000, activityAt: 4500, mine: true, unwritten: true },
    [],
  ]);
});
