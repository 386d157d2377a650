import { type EndReason, endOf, type Limits, type TimeLeft, timeLeft } from "./limits.js";
import type { SessionRecord } from "./record.js";

/** What the outside may know of a living session. */
export interface LiveSession {
  readonly userId: string;
  /** Names the session in public, and rises with every sign-in. */
  readonly epoch: number;
  readonly left: TimeLeft;
  /** How long ago the user gave the password, in ms. */
  readonly authenticatedAgo: number;
  /** The thumbprint of the key that its tokens are bound to. */
  readonly jkt: string | undefined;
}

export interface Dead {
  readonly alive: false;
  /** `none`: no id came, or one this server does not know. It is never adopted (OWASP ASVS 5.0, V7.2.3). */
  readonly reason: EndReason | "none";
}

interface Alive {
  readonly alive: true;
  readonly session: LiveSession;
}

export type Found = Alive | Dead;

export const NONE: Dead = { alive: false, reason: "none" };

/** What is left of a session at that moment. */
export function look(record: SessionRecord | undefined, limits: Limits, now: number): Found {
  if (!record) return NONE;
  const end = endOf(record, limits, now);
  return end ? { alive: false, reason: end.reason } : { alive: true, session: live(record, limits, now) };
}

export function live(record: SessionRecord, limits: Limits, now: number): LiveSession {
  const { userId, epoch, jkt, authenticatedAt } = record;
  const authenticatedAgo = Math.max(0, now - authenticatedAt);
  return { userId, epoch, jkt, authenticatedAgo, left: timeLeft(record, limits, now) };
}
