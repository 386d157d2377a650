import type { Effect } from "./effect.js";
import { end } from "./end.js";
import type { Message } from "./message.js";
import type { Intent, SharedRecord } from "./record.js";
import { type EndReason, isLive, type Origin, type State } from "./state.js";
import type { Moment } from "./time.js";
import { NEVER } from "./time.js";

/** An end of exactly this tab's session. One of any other epoch is a reason to look, no more. */
export function endsHere(state: State, m: Message): m is Message & { reason: EndReason } {
  return m.type === "ended" && isLive(state) && m.epoch - 1 === state.record?.epoch;
}

/** More of an end that is known here: a look at what is on record of it is arranged already. */
export const awaited = (state: State, m: Message): boolean =>
  state.lookAt < NEVER && m.epoch - 1 === state.over;

const same = (a: Intent | null | undefined, b: Intent | null) =>
  a?.attempt === b?.attempt && a?.tab === b?.tab;

/**
 * Takes over the facts of a record. Stamps become instants of this tab's own clock when they are first seen
 * and keep them: a clock that is set later moves no deadline.
 */
function adoptFacts(
  state: State,
  record: SharedRecord,
  old: SharedRecord | undefined,
  { now, wall }: Moment,
  random: number,
): State {
  const since = (stamp: number) => now - Math.max(0, wall - stamp);
  const until = (stamp: number, most: number) => now + Math.max(0, Math.min(stamp - wall, most));
  const seenAt = old?.activityAt === record.activityAt ? state.seenAt : since(record.activityAt);
  const activityAt = old ? Math.max(state.activityAt, seenAt) : seenAt;
  const absoluteAt =
    old?.absoluteAt === record.absoluteAt
      ? state.absoluteAt
      : Math.min(old ? state.absoluteAt : NEVER, until(record.absoluteAt, record.absoluteTimeout));
  const rotated = old?.sequence !== record.sequence;
  return {
    ...state,
    record,
    activityAt,
    seenAt,
    absoluteAt,
    // Rounding to whole stamps is not somebody else's activity.
    mine: state.mine && activityAt - state.activityAt < 1000,
    touchedAt: old?.touchedAt === record.touchedAt ? state.touchedAt : since(record.touchedAt),
    accessAt:
      old?.accessAt === record.accessAt ? state.accessAt : until(record.accessAt, record.accessLifetime),
    retryAt: old?.retryAt === record.retryAt ? state.retryAt : until(record.retryAt, 3_700_000),
    intentAt: same(old?.intent, record.intent) ? state.intentAt : now,
    subject: record.subject,
    jitter: rotated ? random : state.jitter,
  };
}

/** What a record means to this tab. */
export function adopt(
  state: State,
  record: SharedRecord | undefined,
  moment: Moment,
  origin: Origin,
  random: number,
): [State, Effect[]] {
  const known = state.record;
  // Empty never means signed out by itself: storage can be cleared under a living session.
  if (!record || (known && record.epoch < known.epoch)) return [state, []];

  const before = record.epoch - 1;
  if (!record.live)
    return isLive(state)
      ? end({ ...state, record }, before, record.end?.reason ?? "logout", origin)
      : [{ ...state, record }, []];

  // This tab knows better: it is over, and whoever should have put that on record did not.
  if (record.epoch <= state.over)
    return [state, [{ type: "over", epoch: record.epoch, reason: state.reason, write: true }]];

  const live = isLive(state);
  // What is known of the same session. Not by the epoch alone: epochs that began again in cleared storage can meet.
  const old = known?.epoch === record.epoch && known.prefix === record.prefix ? known : undefined;
  const held = old ? undefined : state.subject;
  const other = held !== undefined && (held !== record.subject || !held);
  // Somebody else, for all that is known. Nothing of theirs is shown in a tab that holds the work of another.
  if (other && origin !== "this-tab")
    return live ? end(state, before, "replaced", origin) : [{ ...state, reason: "replaced", origin }, []];

  const next = adoptFacts(state, record, old, moment, random);
  // Signed in here over the session of somebody else: that one ends first.
  const effects = other && live && known ? end(state, known.epoch, "replaced", origin)[1] : [];
  if (!live || effects.length)
    return [{ ...next, status: "active", origin, called: 0, announced: false }, effects];

  if (old && state.announced) {
    if (record.sequence > old.sequence) {
      const { epoch, sequence } = record;
      effects.push({ type: "emit", event: "refreshed", detail: { epoch, sequence, origin } });
    }
    if (record.failures > old.failures) {
      const { failures } = record;
      effects.push({ type: "emit", event: "retrying", detail: { failures, retryAt: next.retryAt } });
    } else if (old.failures && !record.failures)
      effects.push({ type: "emit", event: "recovered", detail: {} });
  }
  return [next, effects];
}
