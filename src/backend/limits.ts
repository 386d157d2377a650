import type { SessionRecord } from "./record.js";

/** All in milliseconds. */
export interface Limits {
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
  readonly accessLifetime: number;
}

/**
 * `ended`: signed out, here or by another sign-in. `revoked`: a refresh token was seen twice, or an operator's doing.
 * `renewed`: it goes on under another id.
 */
export type EndReason = "idle" | "absolute" | "ended" | "revoked" | "renewed";

export interface End {
  readonly reason: EndReason;
  readonly at: number;
}

/** Until each limit, in ms. */
export interface TimeLeft {
  readonly idle: number;
  readonly absolute: number;
  readonly access: number;
}

/** When and why a session ended, or undefined while it lives. The limit that came first gives the reason. */
export function endOf(record: SessionRecord, limits: Limits, now: number): End | undefined {
  const end = deadlineOf(record, limits);
  return record.end || now >= end.at ? end : undefined;
}

/** The end that there was, or that there will be unless the user does something. */
export function deadlineOf(record: SessionRecord, limits: Limits): End {
  if (record.end) return record.end;
  const idleAt = record.touchedAt + limits.idleTimeout;
  const absoluteAt = record.startedAt + limits.absoluteTimeout;
  return idleAt < absoluteAt ? { reason: "idle", at: idleAt } : { reason: "absolute", at: absoluteAt };
}

/** Never negative, and never more than was granted, whatever the clock does. */
export function timeLeft(record: SessionRecord, limits: Limits, now: number): TimeLeft {
  const left = (since: number, lifetime: number): number =>
    Math.min(Math.max(since + lifetime - now, 0), lifetime);
  return {
    idle: left(record.touchedAt, limits.idleTimeout),
    absolute: left(record.startedAt, limits.absoluteTimeout),
    access: left(record.accessAt, limits.accessLifetime),
  };
}
