import { deadlines, writeDueAt, writeEvery } from "../core/idle.js";
import type { Policy } from "../core/policy.js";
import { probeDueAt, refreshDueAt } from "../core/refresh.js";
import { isLive, type State } from "../core/state.js";
import { NEVER } from "../core/time.js";

/** Something that is due, and how near it is. */
export interface Due {
  readonly name: string;
  readonly at: number;
  /** Ms left, never negative. */
  readonly left: number;
  /** What is left, from 0 to 1. */
  readonly share: number;
  /** What happens on the way, and where on the bar, from 0 to 1. */
  readonly mark: { readonly name: string; readonly at: number; readonly share: number } | undefined;
  /** It is past the mark. */
  readonly near: boolean;
}

const limited = (share: number) => Math.min(1, Math.max(0, share));

/** Everything that a session waits for, as the core counts it. What does not come is left out. */
export function dues(state: State, policy: Policy, now: number): readonly Due[] {
  if (!isLive(state)) return [];
  const due = (name: string, at: number, whole: number, mark?: string, markAt = NEVER): Due => {
    const left = Math.max(0, at - now);
    const marked = mark && markAt < at && markAt > at - whole;
    return {
      name,
      at,
      left,
      share: whole < NEVER ? limited(left / whole) : 1,
      mark: marked ? { name: mark, at: markAt, share: limited((at - markAt) / whole) } : undefined,
      near: !!mark && now >= markAt,
    };
  };
  const [idle, absolute] = deadlines(state, policy);
  const { record, retryAt, holdUntil } = state;
  const failures = record?.failures ?? 0;
  return [
    due("Idle limit", idle.at, idle.most, "warning", idle.at - idle.warning),
    due("Absolute limit", absolute.at, absolute.most, "warning", absolute.at - absolute.warning),
    due(
      "Access credential",
      state.accessAt,
      record?.accessLifetime ?? NEVER,
      "refresh",
      refreshDueAt(state, policy),
    ),
    due("Activity is written", writeDueAt(state, policy), writeEvery(state, policy)),
    due("Cool-down", failures ? Math.max(retryAt, probeDueAt(state, policy)) : NEVER, NEVER),
    due("Hold", holdUntil > now ? holdUntil : NEVER, NEVER),
  ].filter(({ at }) => at < NEVER);
}

/** The next instant at which something is due that is not only a glance at the clock. */
export function nextDue(state: State, policy: Policy, now: number): { name: string; at: number } | undefined {
  return dues(state, policy, now)
    .flatMap(({ name, at, mark }) =>
      mark
        ? [
            { name: `${name}: ${mark.name}`, at: mark.at },
            { name, at },
          ]
        : [{ name, at }],
    )
    .filter(({ at }) => at > now)
    .sort((a, b) => a.at - b.at)[0];
}
