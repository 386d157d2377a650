import type { EndReason } from "./state.js";

/**
 * The facts that the tabs of one session share: the one truth they agree on. No secret is ever in it.
 * Instants are stamps of the wall clock (ms since the epoch); `Infinity` stands for "never".
 */
export interface SharedRecord {
  readonly v: 1;
  /** Rises at every sign-in and at every end. Whatever carries an older epoch is ignored. */
  readonly epoch: number;
  /** Rises within an epoch at every successful refresh. */
  readonly sequence: number;
  readonly live: boolean;
  /** Random; idempotency keys begin with it. */
  readonly prefix: string;
  /** Hash of the signed-in subject, or `""` where the server names none. */
  readonly subject: string;
  /** The server's own name for the session, or `""`: tells a new sign-in from a session that was ended here. */
  readonly marker: string;
  readonly activityAt: number;
  /** When a tab last told the server that the user is active. */
  readonly touchedAt: number;
  /** The idle lifetime the server gives at a touch. */
  readonly idleTimeout: number;
  readonly absoluteAt: number;
  /** How long the session lasts in all, fixed at sign-in; and how long the server said, then. */
  readonly absoluteTimeout: number;
  readonly absoluteTold: number;
  readonly accessAt: number;
  readonly accessLifetime: number;
  /** Failures in a row, and the cool-down that all tabs keep after the last. */
  readonly failures: number;
  readonly retryAt: number;
  /** The server asked for that cool-down itself. */
  readonly asked: boolean;
  /** A refresh that was about to be sent: whoever finds it knows that the server may have seen it. */
  readonly intent: Intent | null;
  readonly end: { readonly reason: EndReason; readonly confirmed: boolean } | null;
  /** When the user last authenticated, and the class of that. Nobody may have told. */
  readonly authAt?: number | undefined;
  readonly acr?: string | undefined;
}

/** A refresh on its way, on record before it is sent. */
export interface Intent {
  readonly attempt: number;
  /** The tab that is sending it; `""` when its attempt is known to have failed. */
  readonly tab: string;
}

/** Where a tab stands: every commit is a compare-and-set on it. */
export interface Position {
  readonly epoch: number;
  readonly sequence: number;
}

const finite = ["activityAt", "touchedAt", "retryAt"] as const;
const whole = ["epoch", "sequence", "failures"] as const;
const limits = [
  "idleTimeout",
  "absoluteAt",
  "absoluteTimeout",
  "absoluteTold",
  "accessAt",
  "accessLifetime",
] as const;
const texts = ["prefix", "subject", "marker"] as const;

/** Stored data is untrusted when read: anything but a well-formed record is no record. */
export function parseRecord(data: unknown): SharedRecord | undefined {
  const r = data as SharedRecord | null | undefined;
  return typeof r === "object" &&
    r?.v === 1 &&
    whole.every((key) => Number.isSafeInteger(r[key]) && r[key] >= 0) &&
    finite.every((key) => Number.isFinite(r[key])) &&
    limits.every((key) => typeof r[key] === "number" && r[key] >= 0) &&
    texts.every((key) => typeof r[key] === "string" && r[key].length < 200) &&
    typeof r.asked === "boolean" &&
    (r.intent === null || (Number.isSafeInteger(r.intent?.attempt) && typeof r.intent.tab === "string")) &&
    Number.isFinite(r.authAt ?? 0) &&
    typeof (r.acr ?? "") === "string" &&
    (r.live === true
      ? r.end === null
      : r.live === false && isReason(r.end?.reason) && typeof r.end?.confirmed === "boolean")
    ? r
    : undefined;
}

const reasons = ["logout", "idle", "absolute", "rejected", "replaced"];
export function isReason(value: unknown): value is EndReason {
  return reasons.includes(value as string);
}

/** Whether `a` is further on than `b`. */
export const after = (a: Position, b: Position): boolean =>
  (a.epoch - b.epoch || a.sequence - b.sequence) > 0;

/** The record that is further on. On a tie the stored one: others may have added to it. */
export function newest(stored: SharedRecord | undefined, known: SharedRecord | undefined) {
  if (!stored || !known) return stored ?? known;
  return after(known, stored) ? known : stored;
}
