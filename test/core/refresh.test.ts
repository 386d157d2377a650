import { expect, test } from "vitest";
import { probeDueAt, refreshDueAt } from "../../src/core/refresh.js";
import type { State } from "../../src/core/state.js";
import { NEVER } from "../../src/core/time.js";
import { active, HOUR, MINUTE, NOW, policy, record, SECOND, tabs } from "./support.js";

const EXPIRY = NOW + 10 * MINUTE;
/** A credential of 2 minutes: the margin is a quarter of it. */
const short: State = {
  ...active,
  accessAt: NOW + 2 * MINUTE,
  record: { ...record, accessLifetime: 2 * MINUTE },
};

/** Somebody has tried to refresh, and nobody knows what came of it. */
const tried = (tab: string, state: Partial<State> = {}): State => ({
  ...active,
  record: { ...record, intent: { attempt: 1, tab } },
  intentAt: NOW + MINUTE,
  ...state,
});

test.each<[name: string, state: State, rules: typeof policy, expected: number]>([
  ["F4 at once when an attempt is known to have failed", tried(""), policy, NOW + MINUTE],
  [
    "F4 after the patience of a waiter when the tab that tried may be gone",
    tried("b"),
    policy,
    NOW + MINUTE + 15 * SECOND,
  ],
  [
    "not before the end of the cool-down after an attempt",
    tried("", { retryAt: NOW + HOUR }),
    policy,
    NOW + HOUR,
  ],
  [
    "the margin before expiry, if that is sooner than a second attempt",
    tried("b", { accessAt: NOW + 90 * SECOND }),
    policy,
    NOW + 30 * SECOND,
  ],
  ["never again where the server has no refresh", tried(""), { ...policy, canRefresh: false }, NEVER],
  ["the margin before expiry", active, policy, EXPIRY - MINUTE],
  ["half the margin before expiry at the latest", { ...active, jitter: 1 }, policy, EXPIRY - MINUTE / 2],
  ["between the two by its jitter", { ...active, jitter: 0.5 }, policy, EXPIRY - 45 * SECOND],
  ["later in a hidden tab", { ...active, visible: false }, policy, EXPIRY - 30 * SECOND],
  [
    "a quarter of the margin before expiry at the latest in a hidden tab",
    { ...active, visible: false, jitter: 1 },
    policy,
    EXPIRY - 15 * SECOND,
  ],
  ["a quarter of a short lifetime before expiry", short, policy, NOW + 90 * SECOND],
  [
    "the configured margin, where that is shorter",
    short,
    { ...policy, refreshMargin: SECOND },
    NOW + 119_000,
  ],
  ["not before the end of a cool-down", { ...active, retryAt: EXPIRY + 1 }, policy, EXPIRY + 1],
  ["also while a warning is open", { ...active, status: "warning" }, policy, EXPIRY - MINUTE],
  ["also while something else is under way", { ...active, busy: { write: true } }, policy, EXPIRY - MINUTE],
  ["never where the server has no refresh", active, { ...policy, canRefresh: false }, NEVER],
  ["never while a refresh is under way", { ...active, busy: { refresh: true } }, policy, NEVER],
  ["never without a record", { ...active, record: undefined }, policy, NEVER],
  ["never after the end (F29)", { ...active, status: "ended" }, policy, NEVER],
  ["never while nobody is signed in", { ...active, status: "signed-out" }, policy, NEVER],
  [
    "never where a credential does not expire",
    { ...active, accessAt: NEVER, record: { ...record, accessAt: NEVER, accessLifetime: NEVER } },
    policy,
    NEVER,
  ],
])("a tab refreshes of its own accord %s", (_, state, rules, expected) => {
  expect(refreshDueAt(state, rules)).toBe(expected);
});

test("F20 any visible tab refreshes before any hidden one", () => {
  const latest = refreshDueAt({ ...active, jitter: 1 - Number.EPSILON }, policy);
  const earliest = refreshDueAt({ ...active, visible: false }, policy);
  expect(latest).toBeLessThanOrEqual(earliest);
});

const failed: State = { ...active, retryAt: NOW + SECOND, record: { ...record, failures: 1 } };

test.each<[name: string, state: State, rules: typeof policy, expected: number]>([
  ["at the end of the cool-down after a failure", failed, policy, NOW + SECOND],
  ["also while a warning is open", { ...failed, status: "warning" }, policy, NOW + SECOND],
  ["never without a failure", { ...failed, record }, policy, NEVER],
  ["never without a record", { ...failed, record: undefined }, policy, NEVER],
  ["never while it is asked already", { ...failed, busy: { peek: true } }, policy, NEVER],
  ["also while activity is written", { ...failed, busy: { write: true } }, policy, NOW + SECOND],
  ["never where it cannot be asked", failed, { ...policy, canPeek: false }, NEVER],
  ["never after the end", { ...failed, status: "ended" }, policy, NEVER],
  ["never where a refresh is due by then", { ...failed, accessAt: NOW + MINUTE }, policy, NEVER],
  [
    "where a refresh is due one ms later",
    { ...failed, accessAt: NOW + SECOND + MINUTE + 1 },
    policy,
    NOW + SECOND,
  ],
  ["where it has no refresh", { ...failed, accessAt: NOW }, { ...policy, canRefresh: false }, NOW + SECOND],
])("the server is asked whether it is back %s", (_, state, rules, expected) => {
  expect(probeDueAt(state, rules)).toBe(expected);
});

test("F14 the server is not asked whether it is back while a refresh is under way: that asks it", () => {
  expect(probeDueAt({ ...failed, accessAt: NOW, busy: { refresh: true } }, policy)).toBe(NEVER);
});

test("a tab of nobody has nothing to refresh and nothing to ask", () => {
  for (const state of [tabs.unknown, tabs["signed-out"], tabs.ended]) {
    expect(refreshDueAt(state, policy)).toBe(NEVER);
    expect(probeDueAt({ ...state, record: { ...record, failures: 1 }, accessAt: NOW + HOUR }, policy)).toBe(
      NEVER,
    );
  }
});
