import type { SharedRecord } from "./record.js";
import { NEVER } from "./time.js";

export type Status = "unknown" | "signed-out" | "active" | "warning" | "ended";
/** A limit of the session. Activity moves the idle limit; nothing moves the absolute one. */
export type Limit = "idle" | "absolute";
/**
 * Why a session ended: the user signed out; the idle or the absolute limit passed; the server refused the
 * credential; somebody else signed in.
 */
export type EndReason = "logout" | Limit | "rejected" | "replaced";
/** Who ended it. */
export type Origin = "this-tab" | "other-tab" | "server";

/** What one tab knows. Instants are on this tab's session clock (time.ts); `Infinity` stands for "never". */
export interface State {
  readonly status: Status;
  /** The limit that a warning is about. */
  readonly limit: Limit;
  readonly reason: EndReason;
  readonly origin: Origin;
  /** The newest record that this tab has seen or written. */
  readonly record?: SharedRecord | undefined;
  /** The newest epoch that this tab knows to be over, whatever a record may still say. */
  readonly over: number;
  readonly activityAt: number;
  /** When this tab places the activity that the record shows. */
  readonly seenAt: number;
  readonly touchedAt: number;
  readonly absoluteAt: number;
  readonly accessAt: number;
  readonly retryAt: number;
  /** When this tab first saw the intent that the record shows. */
  readonly intentAt: number;
  /** Whose work this tab holds: what is on the screen may be theirs also after the end. */
  readonly subject?: string | undefined;
  /** Whoever listens has heard that the session is live. Not before its limits were looked at. */
  readonly announced: boolean;
  /** The newest activity happened in this tab: it is the first to tell the server. */
  readonly mine: boolean;
  /** There is activity that the record does not show yet. */
  readonly unwritten: boolean;
  readonly writtenAt: number;
  /** While held, the user counts as active until this instant. */
  readonly holdUntil: number;
  /** The deadline for which the last call went out. */
  readonly called: number;
  /** After an end that another tab announced: when to see that it is on record. */
  readonly lookAt: number;
  readonly visible: boolean;
  /** This tab's place in the refresh window, drawn anew for each credential. In [0, 1). */
  readonly jitter: number;
  /** Tasks under way: none is asked for twice. */
  readonly busy: Readonly<Partial<Record<Task, boolean>>>;
}

/** What takes time: the shell does it and says when it is settled. */
export type Task = "verify" | "peek" | "write" | "refresh";

export const initialState: State = {
  status: "unknown",
  limit: "idle",
  reason: "logout",
  origin: "this-tab",
  over: -1,
  activityAt: 0,
  seenAt: 0,
  touchedAt: 0,
  absoluteAt: NEVER,
  accessAt: NEVER,
  retryAt: 0,
  intentAt: 0,
  announced: false,
  mine: false,
  unwritten: false,
  writtenAt: 0,
  holdUntil: 0,
  called: 0,
  lookAt: NEVER,
  visible: true,
  jitter: 0,
  busy: {},
};

export function isLive(state: State): boolean {
  return state.status === "active" || state.status === "warning";
}
