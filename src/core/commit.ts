import { backoff } from "./attempt.js";
import { DEFAULT_ABSOLUTE, type Policy } from "./policy.js";
import type { Intent, Position, SharedRecord } from "./record.js";
import type { EndReason } from "./state.js";
import { NEVER } from "./time.js";

// Every change of the shared record: a function of the record that is stored now, run inside the
// transaction that writes. `undefined` means that the change does not apply any more.

/** What a reply of the server said, in ms from the start of the request. `undefined`: not told. */
export interface Lifetimes {
  readonly idle?: number | undefined;
  readonly absolute?: number | undefined;
  readonly access?: number | undefined;
  readonly marker?: string | undefined;
  /** How long ago the user authenticated, and the class of that. */
  readonly authenticated?: number | undefined;
  readonly acr?: string | undefined;
}

const at = (r: SharedRecord | undefined, p: Position): r is SharedRecord =>
  r?.live === true && r.epoch === p.epoch && r.sequence === p.sequence;

/**
 * What a server's word on the time left means for the limit in force, which may be the application's own and shorter.
 * `undefined`: nothing.
 */
export function absoluteLeft(r: SharedRecord, left: number | undefined): number | undefined {
  if (left === undefined) return undefined;
  const own = r.absoluteTold === NEVER ? left : r.absoluteTimeout - r.absoluteTold + left;
  return Math.max(0, Math.min(own, r.absoluteTimeout));
}

/** Refreshing, touching and peeking never move the absolute limit away. */
const nearer = (r: SharedRecord, wall: number, told: number | undefined) =>
  Math.min(r.absoluteAt, wall + (absoluteLeft(r, told) ?? NEVER));

const access = (wall: number, lifetime: number | undefined) => ({
  accessAt: wall + (lifetime ?? NEVER),
  accessLifetime: lifetime ?? NEVER,
});

/** A request's way and a server's rounding: what is less than that apart is one authentication. */
const SAME = 1000;

/** An authentication that was told of, where it is news: an answer that was overtaken takes nothing back. */
function authentication(
  wall: number,
  { authenticated, acr = "" }: Lifetimes,
  known = -NEVER,
): Pick<SharedRecord, "authAt" | "acr"> {
  const authAt = wall - (authenticated ?? NEVER);
  return authAt > known + SAME ? { authAt, acr } : {};
}

export interface SignIn extends Lifetimes {
  readonly subject: string;
  readonly prefix: string;
  /** When the request started that brought the grant. */
  readonly wall: number;
}

/** A new session. Its epoch is above every earlier one, also where the storage was cleared in between. */
export function signIn(base: SharedRecord | undefined, s: SignIn, policy: Policy): SharedRecord {
  const { wall } = s;
  const told = s.absolute ?? NEVER;
  const own = policy.absoluteTimeout ?? (s.absolute === undefined ? DEFAULT_ABSOLUTE : told);
  const absoluteTimeout = Math.min(told, own);
  return {
    v: 1,
    epoch: base ? base.epoch + 1 : Math.max(1, Math.floor(wall / 1000)),
    sequence: 0,
    live: true,
    prefix: s.prefix,
    subject: s.subject,
    marker: s.marker ?? "",
    activityAt: wall,
    touchedAt: wall,
    idleTimeout: s.idle ?? NEVER,
    absoluteAt: wall + absoluteTimeout,
    absoluteTimeout,
    absoluteTold: told,
    ...access(wall, s.access),
    failures: 0,
    retryAt: 0,
    asked: false,
    intent: null,
    end: null,
    ...authentication(wall, s),
  };
}

/**
 * A sign-in whose session is on record already: another tab asked the server before the sign-in got here, or the user
 * has authenticated again. It goes on under the epoch and the idempotency keys that it has, for a refresh of it may be
 * under way.
 */
export function joined(r: SharedRecord | undefined, s: SignIn, policy: Policy): SharedRecord | undefined {
  if (!r?.live || !s.marker || r.marker !== s.marker || r.subject !== s.subject) return undefined;
  // Signing in is activity, and the limit counts from it. Who found the session was told what was left of it.
  const { absoluteAt, absoluteTimeout, absoluteTold } = signIn(r, s, policy);
  return {
    ...r,
    activityAt: Math.max(r.activityAt, s.wall),
    absoluteAt: Math.min(r.absoluteAt, absoluteAt),
    // Who authenticates again is told what is left of it.
    ...((s.absolute ?? 0) > r.absoluteTold && { absoluteTimeout, absoluteTold }),
    ...authentication(s.wall, s),
  };
}

/**
 * A sign-in that comes late, for its page stood still: its session has ended since, or somebody has signed in after it.
 * What has ended stays ended, and the newer one goes on. `wall`: now. A stamp ahead of it is from before the clock was
 * set back, and tells nothing. `ended`: the newest epoch that is known to be over, though the record may not say so yet.
 */
export function outlived(r: SharedRecord | undefined, s: SignIn, wall: number, ended: number): boolean {
  if (!r) return false;
  if (s.marker && r.marker === s.marker) return (!r.live || r.epoch <= ended) && r.activityAt > s.wall;
  const began = r.absoluteAt - r.absoluteTimeout;
  return began > s.wall && began <= wall;
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

/** Nothing was sent: the claim is given back, and nobody needs to wait for it. `before`: the intent that it took over. */
export function unclaimed(r: SharedRecord | undefined, attempt: number, before: Intent | null) {
  return r?.intent?.attempt === attempt ? { ...r, intent: before && { ...before, tab: "" } } : undefined;
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
        ...authentication(wall, told, r.authAt),
      }
    : undefined;
}

export interface Failure {
  readonly wall: number;
  readonly random: number;
  /** What the server asked for, in ms. */
  readonly retryAfter?: number | undefined;
  /** A touch that failed gives its claim back: the stamp that it wrote, and the one that stood before. */
  readonly claim?: { readonly at: number; readonly before: number } | undefined;
  /** The attempt at a refresh that failed, where it was one: another tab's may be under way. */
  readonly attempt?: number | undefined;
}

/** The server could not answer: every tab waits for the same cool-down. Nothing is lost. */
export function failed(r: SharedRecord | undefined, p: Position, f: Failure): SharedRecord | undefined {
  // What the server asked for before still holds.
  const asked = r?.asked && r.retryAt > f.wall;
  return at(r, p)
    ? {
        ...r,
        failures: r.failures + 1,
        retryAt: Math.max(asked ? r.retryAt : 0, f.wall + backoff(r.failures, f.random, f.retryAfter)),
        asked: asked || f.retryAfter !== undefined,
        // Unless another tab has told the server since.
        touchedAt: f.claim && r.touchedAt === f.claim.at ? f.claim.before : r.touchedAt,
        // The attempt is over, but the next one is not the first.
        intent: r.intent && r.intent.attempt === f.attempt ? { ...r.intent, tab: "" } : r.intent,
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
    ...(fresh && r.accessLifetime < NEVER && { accessLifetime: r.accessLifetime }),
    ...(touched && { idleTimeout: told.idle ?? r.idleTimeout }),
    failures: 0,
    // A server that is back may still want to be left alone by who it asked for that.
    retryAt: r.asked ? r.retryAt : 0,
    ...authentication(wall, told, r.authAt),
  };
}

/** Whether that brought what the other tabs need to know, too. A request's way and a server's rounding are nothing new. */
export function news(r: SharedRecord, next: SharedRecord): boolean {
  const far = (a: number, b: number) => Math.abs(a - b) >= SAME;
  return (
    r.failures > 0 ||
    r.marker !== next.marker ||
    r.authAt !== next.authAt ||
    far(r.absoluteAt, next.absoluteAt) ||
    far(r.accessAt, next.accessAt)
  );
}

/**
 * What a tab knows when it writes activity. All of it is ages on its own clock, and the stamps that they belong to:
 * another tab's wall clock proves nothing.
 */
export interface ActivityFacts {
  readonly epoch: number | undefined;
  readonly wall: number;
  /** Age of this tab's newest activity. */
  readonly age: number;
  /** The record that this tab has seen, and the ages of its activity and its touch. */
  readonly seen: Pick<SharedRecord, "activityAt" | "touchedAt">;
  readonly activityAge: number;
  readonly touchAge: number;
  readonly idleTimeout: number;
  /** Claim the touch if the last one is at least this old. `Infinity`: do not; 0: the server was told of this activity. */
  readonly touchEvery: number;
}

/**
 * Activity, written. One that came after the deadline of a record that this tab has not seen ends the session, it does not
 * extend it: that is decided here, inside the transaction, where no other tab can be faster. By what the tab has seen it
 * was judged as it happened, with activity in between that nobody has written down yet.
 */
export function active(r: SharedRecord | undefined, a: ActivityFacts): SharedRecord | undefined {
  if (!r?.live || r.epoch !== a.epoch) return undefined;
  const age = (stamp: number, seen: number, known: number) =>
    stamp === seen ? known : Math.max(0, a.wall - stamp);
  const recordAge = age(r.activityAt, a.seen.activityAt, a.activityAge);
  if (r.activityAt !== a.seen.activityAt && recordAge - a.age >= a.idleTimeout)
    return over(r, r.epoch, "idle", false);
  const newer = a.age < recordAge;
  const touchAge = age(r.touchedAt, a.seen.touchedAt, a.touchAge);
  // What the server has agreed to, it counts from when it was asked: the machine may have slept since.
  const told = a.touchEvery > 0 ? 0 : a.age;
  const touch = touchAge >= a.touchEvery && Math.max(told, Math.min(a.age, recordAge)) < touchAge;
  if (!newer && !touch) return undefined;
  return {
    ...r,
    activityAt: newer ? a.wall - a.age : r.activityAt,
    touchedAt: touch ? a.wall - told : r.touchedAt,
  };
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
    accessAt: NEVER,
    accessLifetime: NEVER,
    failures: 0,
    retryAt: 0,
    intent: null,
    end: { reason, confirmed },
  };
}
