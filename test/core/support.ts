import { expect } from "vitest";
import { type SignIn, signIn } from "../../src/core/commit.js";
import type { Effect, Event } from "../../src/core/effect.js";
import type { Input } from "../../src/core/input.js";
import type { Policy } from "../../src/core/policy.js";
import type { SharedRecord } from "../../src/core/record.js";
import { initialState, type State, type Task } from "../../src/core/state.js";
import type { Moment } from "../../src/core/time.js";
import { transition } from "../../src/core/transition.js";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** The sign-in of the examples. The session clock shows something else than the wall clock, so they cannot be mixed up. */
export const WALL = 1_800_000_000_000;
export const NOW = 5_000_000;

/** A moment `ms` after the sign-in, on both clocks. */
export const when = (ms: number): Moment => ({ now: NOW + ms, wall: WALL + ms });

/** The application's limits are those of the server, and the server can do everything. */
export const policy: Policy = {
  idleTimeout: 15 * MINUTE,
  idleWarning: 2 * MINUTE,
  absoluteTimeout: 8 * HOUR,
  absoluteWarning: 10 * MINUTE,
  refreshMargin: MINUTE,
  patience: 15 * SECOND,
  canPeek: true,
  canTouch: true,
  canRefresh: true,
};

export const grant: SignIn = {
  subject: "ada",
  prefix: "random",
  wall: WALL,
  idle: 15 * MINUTE,
  absolute: 8 * HOUR,
  access: 10 * MINUTE,
  marker: "m1",
};

export const record: SharedRecord = { ...signIn(undefined, grant, policy), epoch: 7, sequence: 3 };

/** The same session, ended. */
export const ended: SharedRecord = {
  ...record,
  epoch: 8,
  sequence: 0,
  live: false,
  end: { reason: "logout", confirmed: false },
};

/** Its next session. */
export function nextSession(subject: string, epoch = 9): SharedRecord {
  return { ...signIn(undefined, { ...grant, subject, prefix: "other" }, policy), epoch };
}

/** Freezes all the way down: whoever changes it throws. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** A decision, proven to change none of its arguments and to be the same when it is made again. */
export function decide(state: State, input: Input, rules = policy): [State, Effect[]] {
  const result = transition(frozen(state), frozen(input), frozen(rules));
  expect(transition(state, input, rules)).toEqual(result);
  return frozen(result);
}

/** A tab that saw the sign-in as it happened. */
export const active: State = decide(initialState, {
  type: "record",
  record,
  origin: "this-tab",
  random: 0,
  ...when(0),
})[0];

export const overIn = (
  state: State,
  reason: State["reason"] = "logout",
  origin: State["origin"] = "this-tab",
) => decide(state, { type: "end", reason, origin, ...when(0) })[0];

/** One tab in each status. */
export const tabs: Readonly<Record<State["status"], State>> = {
  unknown: initialState,
  "signed-out": { ...initialState, status: "signed-out" },
  active,
  warning: { ...active, status: "warning", limit: "idle", activityAt: NOW - 14 * MINUTE },
  ended: overIn(active),
};

export const task = (name: Task): Effect => ({ type: "task", task: name });
export const emit = <E extends Event["event"]>(
  event: E,
  detail: Extract<Event, { event: E }>["detail"],
): Effect => ({ type: "emit", event, detail }) as Effect;
