import { DEFAULT_ABSOLUTE, type Policy } from "./policy.js";
import { backoff } from "./refresh.js";
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
  readonly startedAt: number;
  readonly activityAt: number;
  /** When a tab last told the server that the user is active. */
  readonly touchedAt: number;
  /** The idle lifetime the server gives at a touch. */
  readonly idleTimeout: number;
  readonly absoluteAt: number;
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
}

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

/** What a reply of the server said, in ms from the start of the request. `undefined`: not told. */
export interface Lifetimes {
  readonly idle?: number | undefined;
  readonly absolute?: number | undefined;
  readonly access?: number | undefined;
  readonly marker?: string | undefined;
}

const numbers = [
  "epoch",
  "sequence",
  "startedAt",
  "activityAt",
  "touchedAt",
  "idleTimeout",
  "absoluteAt",
  "accessAt",
  "accessLifetime",
  "failures",
  "retryAt",
] as const;

/** Stored data is untrusted when read: anything but a well-formed record is no record. */
export function parseRecord(data: unknown): SharedRecord | undefined {
  const r = data as SharedRecord | null | undefined;
  return typeof r === "object" &&
    r &&
    r.v === 1 &&
    typeof r.live === "boolean" &&
    typeof r.asked === "boolean" &&
    numbers.every((key) => r[key] >= 0) &&
    Number.isSafeInteger(r.epoch) &&
    Number.isSafeInteger(r.sequence) &&
    [r.prefix, r.subject, r.marker].every((text) => typeof text === "string" && text.length < 200) &&
    (r.intent === null || (r.intent?.attempt > 0 && typeof r.intent.tab === "string")) &&
    (r.live ? r.end === null : isReason(r.end?.reason))
    ? r
    : undefined;
}

const reasons = ["logout", "idle", "absolute", "rejected", "replaced"];
export function isReason(value: unknown): value is EndReason {
  return reasons.includes(value as string);
}

/** The record that is further on. On a tie the stored one: others may have added to it. */
export function newest(stored: SharedRecord | undefined, known: SharedRecord | undefined) {
  if (!stored || !known) return stored ?? known;
  return (known.epoch - stored.epoch || known.sequence - stored.sequence) > 0 ? known : stored;
}

/**
 * Two replicas of the record, where there is no storage to decide: the one that is further on; of equals the one
 * just heard, with the newest activity of either.
 */
export function merge(heard: SharedRecord, own: SharedRecord | undefined): SharedRecord {
  if (!own || newest(heard, own) === own) return own ?? heard;
  if (own.epoch !== heard.epoch || own.sequence !== heard.sequence) return heard;
  if (!own.live) return own;
  return {
    ...heard,
    activityAt: Math.max(heard.activityAt, own.activityAt),
    touchedAt: Math.max(heard.touchedAt, own.touchedAt),
  };
}

const at = (r: SharedRecord | undefined, p: Position): r is SharedRecord =>
  r?.live === true && r.epoch === p.epoch && r.sequence === p.sequence;

/** Refreshing, touching and peeking never move the absolute limit away. */
const nearer = (r: SharedRecord, wall: number, left: number | undefined) =>
  left === undefined ? r.absoluteAt : Math.min(r.absoluteAt, wall + left);

const access = (wall: number, lifetime: number | undefined) => ({
  accessAt: wall + (lifetime ?? Number.POSITIVE_INFINITY),
  accessLifetime: lifetime ?? Number.POSITIVE_INFINITY,
});

export interface SignIn extends Lifetimes {
  readonly subject: string;
  readonly prefix: string;
  /** When the request started that brought the grant. */
  readonly wall: number;
}

/** A new session. Its epoch is above every earlier one, also where the storage was cleared in between. */
export function signIn(base: SharedRecord | undefined, s: SignIn, policy: Policy): SharedRecord {
  const { wall } = s;
  const told = s.absolute ?? Number.POSITIVE_INFINITY;
  const own = policy.absoluteTimeout ?? (s.absolute === undefined ? DEFAULT_ABSOLUTE : told);
  return {
    v: 1,
    epoch: base ? base.epoch + 1 : Math.max(1, Math.floor(wall / 1000)),
    sequence: 0,
    live: true,
    prefix: s.prefix,
    subject: s.subject,
    marker: s.marker ?? "",
    startedAt: wall,
    activityAt: wall,
    touchedAt: wall,
    idleTimeout: s.idle ?? Number.POSITIVE_INFINITY,
    absoluteAt: wall + Math.min(told, own),
    ...access(wall, s.access),
    failures: 0,
    retryAt: 0,
    asked: false,
    intent: null,
    end: null,
  };
}

/** The intent to refresh, committed before anything is sent. `attempt` is what the claimant saw before. */
export function claim(
  r: SharedRecord | undefined,
  p: Position,
  tab: string,
  attempt: number,
): SharedRecord | undefined {
  return at(r, p) && (r.intent?.attempt ?? 0) === attempt
    ? { ...r, intent: { attempt: attempt + 1, tab } }
    : undefined;
}

export function refreshed(
  r: SharedRecord | undefined,
  p: Position,
  wall: number,
  told: Lifetimes,
): SharedRecord | undefined {
  return at(r, p)
    ? {
        ...r,
        sequence: r.sequence + 1,
        ...access(wall, told.access),
        absoluteAt: nearer(r, wall, told.absolute),
        failures: 0,
        retryAt: 0,
        intent: null,
      }
    : undefined;
}

export interface Failure {
  readonly wall: number;
  readonly random: number;
  /** What the server asked for, in ms. */
  readonly retryAfter?: number | undefined;
  /** A touch that failed gives its claim back: the stamp that stood before it. */
  readonly touchedAt?: number | undefined;
}

/** The server could not answer: every tab waits for the same cool-down. Nothing is lost. */
export function failed(r: SharedRecord | undefined, p: Position, f: Failure): SharedRecord | undefined {
  return at(r, p)
    ? {
        ...r,
        failures: r.failures + 1,
        retryAt: f.wall + backoff(r.failures, f.random, f.retryAfter),
        asked: f.retryAfter !== undefined,
        touchedAt: f.touchedAt ?? r.touchedAt,
        // The attempt is over, but the next one is not the first.
        intent: r.intent && { ...r.intent, tab: "" },
      }
    : undefined;
}

/** What the server said of a session that goes on. A touch also tells how long the user may now be idle. */
export function confirmed(
  r: SharedRecord | undefined,
  p: Position,
  wall: number,
  told: Lifetimes,
  touched: boolean,
): SharedRecord | undefined {
  if (!r?.live || r.epoch !== p.epoch) return undefined;
  // A reply that a refresh overtook tells of the credential before it.
  const fresh = told.access !== undefined && r.sequence === p.sequence;
  return {
    ...r,
    marker: told.marker ?? r.marker,
    absoluteAt: nearer(r, wall, told.absolute),
    ...(fresh && access(wall, told.access)),
    ...(fresh && r.accessLifetime < Number.POSITIVE_INFINITY && { accessLifetime: r.accessLifetime }),
    ...(touched && { idleTimeout: told.idle ?? r.idleTimeout }),
    failures: 0,
    retryAt: 0,
  };
}

/** What a tab knows of the activity when it writes, by age: another tab's wall clock proves nothing. */
export interface ActivityFacts {
  readonly epoch: number;
  readonly wall: number;
  /** Age of this tab's newest activity. */
  readonly age: number;
  /** The stamp this tab saw in the record before, and its age on this tab's own clock. */
  readonly seenStamp: number;
  readonly seenAge: number;
  readonly idleTimeout: number;
  /** Claim the touch if the last one is at least this old. `Infinity`: do not. */
  readonly touchEvery: number;
}

/**
 * Activity, written. One that came after the deadline ends the session, it does not extend it: that is decided
 * here, inside the transaction, where no other tab can be faster.
 */
export function active(r: SharedRecord | undefined, a: ActivityFacts): SharedRecord | undefined {
  if (!r?.live || r.epoch !== a.epoch) return undefined;
  const recordAge = r.activityAt === a.seenStamp ? a.seenAge : Math.max(0, a.wall - r.activityAt);
  if (recordAge - a.age >= a.idleTimeout) return over(r, r.epoch, "idle", false);
  const newer = a.age < recordAge;
  const activityAt = newer ? a.wall - a.age : r.activityAt;
  const stepped = a.wall < r.touchedAt;
  const touch = stepped || (a.wall - r.touchedAt >= a.touchEvery && activityAt > r.touchedAt);
  return newer || touch ? { ...r, activityAt, touchedAt: touch ? a.wall : r.touchedAt } : undefined;
}

/** The end of an epoch. It raises the epoch, so nothing of the ended one is ever adopted again. */
export function over(
  r: SharedRecord | undefined,
  epoch: number,
  reason: EndReason,
  confirmed: boolean,
): SharedRecord | undefined {
  if (!r?.live || r.epoch !== epoch) return undefined;
  return {
    ...r,
    epoch: epoch + 1,
    sequence: 0,
    live: false,
    ...access(0, undefined),
    failures: 0,
    retryAt: 0,
    intent: null,
    end: { reason, confirmed },
  };
}
