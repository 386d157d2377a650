import type { Audit, AuditEvent } from "./audit.js";
import type { Clock } from "./clock.js";
import { hashOf, looksLikeSecret, newSecret } from "./ids.js";
import { deadlineOf, type EndReason, endOf, type Limits, type TimeLeft, timeLeft } from "./limits.js";
import type { SessionRecord } from "./record.js";
import type { GrantState, RefreshTokens } from "./refresh-token.js";
import type { Decision, Store } from "./store/store.js";

/** What the outside may know of a living session. */
export interface LiveSession {
  readonly userId: string;
  readonly epoch: number;
  readonly left: TimeLeft;
  /** How long ago the user gave the password, in ms. */
  readonly authenticatedAgo: number;
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

/** What came with a refresh. The key is the `Idempotency-Key`; without one there is no grace. */
export interface Presented {
  /** The tokens that came for the session of that epoch. */
  readonly tokens: (epoch: number) => readonly string[];
  /** The session that is meant; `undefined`: whichever the id names. */
  readonly epoch: string | number | undefined;
  readonly key: string | undefined;
  /** The thumbprint of the key that the sender has shown. */
  readonly jkt?: string | undefined;
}

export type Rotated =
  | {
      readonly outcome: "rotated" | "replayed";
      readonly session: LiveSession;
      readonly refreshToken: string;
      readonly generation: number;
    }
  /** An attempt at an earlier rotation that comes only now: nothing is given, and nothing revoked. */
  | { readonly outcome: "late" }
  /** An old token came back: either it or its successor was stolen, so the whole family dies (RFC 9700, 4.14.2). */
  | { readonly outcome: "reuse"; readonly userId: string }
  /** Another session is meant than the one that the id names. */
  | { readonly outcome: "other" }
  | { readonly outcome: "refused"; readonly reason: Dead["reason"] };

export interface Started {
  readonly id: string;
  readonly refreshToken: string;
  readonly generation: number;
  readonly session: LiveSession;
}

export interface SessionsOptions {
  /** The kind of keys in the store: sessions of different kinds know nothing of each other. */
  readonly kind: "session" | "grant";
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly tokens: RefreshTokens;
  readonly audit: Audit;
}

const NONE: Dead = { alive: false, reason: "none" };

/** Cookies are named by their generation: so many may still be made under the id before. */
const ROOM = 1000;

/** How long a tab that slept can still learn why its session ended. */
const REMEMBER_END = 60 * 60_000;

/**
 * Sessions, and nothing of HTTP. Four verbs: `peek` looks and moves nothing, `touch` is the user at work and slides
 * the idle limit, `rotate` renews the access lifetime and slides nothing, `end` ends. Nothing moves the absolute limit.
 * https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration
 */
export class Sessions {
  readonly #options: SessionsOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** A new id at every sign-in; the session that came with the request dies (session fixation, ASVS V7.2.4). */
  async signIn(userId: string, previousId: string | undefined, jkt?: string): Promise<Started> {
    const { clock, tokens } = this.#options;
    if (previousId !== undefined) await this.end(previousId, "ended");

    const id = newSecret();
    const now = clock.now();
    const epoch = await this.#nextEpoch();
    const grant = tokens.first(id);
    const times = { startedAt: now, touchedAt: now, accessAt: now, authenticatedAt: now };
    const record: SessionRecord = { userId, epoch, ...times, grant, ...(jkt !== undefined && { jkt }) };
    await this.#update<void>(this.#keyOf(id), () => ({ put: record, result: undefined }));
    this.#log("started", this.#keyOf(id), userId);
    const { generation } = grant;
    return { id, refreshToken: tokens.tokenOf(id, grant), generation, session: this.#live(record, now) };
  }

  /**
   * The user has given the password again: a new id for the same session, with the same limits, which alone counts as
   * freshly authenticated (ASVS V7.2.4). The reply may get lost, and requests with the old id may be on their way: that one
   * stays what it was until the new one comes for the first time, and is dead from then on.
   * https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#renewal-timeout
   */
  async reauthenticate(id: string | undefined): Promise<Started | undefined> {
    if (!looksLikeSecret(id)) return undefined;
    await this.#arrive(id);
    const { clock, tokens } = this.#options;
    const next = newSecret();
    const now = clock.now();
    const before = await this.#update<SessionRecord | undefined>(this.#keyOf(id), (record) =>
      record && this.#look(record, now).alive
        ? { put: { ...record, renewedBy: this.#keyOf(next) }, result: record }
        : { result: undefined },
    );
    if (!before) return undefined;
    const { renewedBy, ...kept } = before;
    // The reply of an earlier try was lost.
    if (renewedBy !== undefined) await this.#endKey(renewedBy, "renewed");
    const grant = tokens.first(next, before.grant.generation + ROOM);
    const times = { touchedAt: now, accessAt: now, authenticatedAt: now };
    const record: SessionRecord = { ...kept, ...times, grant, renews: this.#keyOf(id) };
    await this.#update<void>(this.#keyOf(next), () => ({ put: record, result: undefined }));
    this.#log("reauthenticated", this.#keyOf(next), record.userId);
    const { generation } = grant;
    return {
      id: next,
      refreshToken: tokens.tokenOf(next, grant),
      generation,
      session: this.#live(record, now),
    };
  }

  async peek(id: string | undefined): Promise<Found> {
    if (looksLikeSecret(id)) await this.#arrive(id);
    return looksLikeSecret(id) ? this.peekHandle(hashOf(id)) : NONE;
  }

  /** The same by the hash of the id, which may be known to others than the one who holds the session. */
  async peekHandle(handle: string): Promise<Found> {
    const { store, clock } = this.#options;
    return this.#look(await store.get<SessionRecord>(this.#prefix + handle), clock.now());
  }

  async touch(id: string | undefined): Promise<Found> {
    if (!looksLikeSecret(id)) return NONE;
    await this.#arrive(id);
    const { clock } = this.#options;
    return this.#update<Found>(this.#keyOf(id), (record) => {
      const now = clock.now();
      const found = this.#look(record, now);
      if (!record || !found.alive) return { result: found };
      // Never backwards: a clock that was set back takes nothing away from the user.
      const touched = { ...record, touchedAt: Math.max(record.touchedAt, now) };
      return { put: touched, result: { alive: true, session: this.#live(touched, now) } };
    });
  }

  async rotate(id: string | undefined, presented: Presented): Promise<Rotated> {
    if (!looksLikeSecret(id)) return { outcome: "refused", reason: "none" };
    await this.#arrive(id);
    const rotated = await this.#update<Rotated>(this.#keyOf(id), (record) =>
      this.#rotation(id, record, presented),
    );
    if (rotated.outcome === "reuse") this.#log("reuse", this.#keyOf(id), rotated.userId, "revoked");
    else if ("session" in rotated) this.#log(rotated.outcome, this.#keyOf(id), rotated.session.userId);
    return rotated;
  }

  /** True when there was something to end. */
  async end(id: string | undefined, reason: "ended" | "revoked"): Promise<boolean> {
    if (!looksLikeSecret(id)) return false;
    await this.#arrive(id);
    return this.endHandle(hashOf(id), reason);
  }

  /** The same by the hash of the id. */
  endHandle(handle: string, reason: "ended" | "revoked"): Promise<boolean> {
    return this.#endKey(this.#prefix + handle, reason);
  }

  /** An operator's doing. Walks over all sessions: fine for a clinic, an index per user for a nation. */
  async endAllOf(userId: string): Promise<number> {
    const all = await this.#options.store.list<SessionRecord>(this.#prefix);
    const ended = await Promise.all(
      all.filter(([, record]) => record.userId === userId).map(([key]) => this.#endKey(key, "ended")),
    );
    return ended.filter(Boolean).length;
  }

  /** Writes down the ends that time brought. */
  async sweep(): Promise<void> {
    const { store, clock, limits } = this.#options;
    for (const [key, seen] of await store.list<SessionRecord>(this.#prefix)) {
      if (seen.end || !endOf(seen, limits, clock.now())) continue;
      const expired = await this.#update<SessionRecord | undefined>(key, (record) => {
        const end = record && endOf(record, limits, clock.now());
        if (!end || record.end) return { result: undefined };
        const put = { ...record, end };
        return { put, result: put };
      });
      if (expired) this.#log("ended", key, expired.userId, expired.end?.reason);
    }
  }

  get #prefix(): string {
    return `${this.#options.kind}/`;
  }

  #keyOf(id: string): string {
    return this.#prefix + hashOf(id);
  }

  /** The record is kept for a while after its end. */
  #update<R>(
    key: string,
    decide: (record: SessionRecord | undefined) => Decision<SessionRecord, R>,
  ): Promise<R> {
    const { store, limits } = this.#options;
    return store.update<SessionRecord, R>(key, (record) => {
      const decision = decide(record);
      const { put } = decision;
      return put ? { ...decision, until: deadlineOf(put, limits).at + REMEMBER_END } : decision;
    });
  }

  /** An id came with a request: its browser has it, and needs the one before no more. */
  async #arrive(id: string): Promise<void> {
    const { store } = this.#options;
    const key = this.#keyOf(id);
    const renews = (await store.get<SessionRecord>(key))?.renews;
    if (renews === undefined) return;
    await this.#endKey(renews, "renewed");
    await this.#update<void>(key, (record) => {
      const { renews: _, ...put } = record ?? {};
      return { ...(record && { put: put as SessionRecord }), result: undefined };
    });
  }

  async #endKey(key: string, reason: "ended" | "revoked" | "renewed"): Promise<boolean> {
    const { clock } = this.#options;
    const ended = await this.#update<SessionRecord | undefined>(key, (record) => {
      const now = clock.now();
      if (!record || !this.#look(record, now).alive) return { result: undefined };
      const put: SessionRecord = { ...record, end: { reason, at: now } };
      return { put, result: put };
    });
    if (!ended) return false;
    this.#log("ended", key, ended.userId, reason);
    // Ended under the one id, ended under the next.
    if (ended.renewedBy !== undefined && reason !== "renewed") await this.#endKey(ended.renewedBy, reason);
    return true;
  }

  /** Also above the clock, so that it still rises when the database was lost and browsers remember the old one. */
  #nextEpoch(): Promise<number> {
    const { store, clock } = this.#options;
    return store.update<number, number>("counter/epoch", (last = 0) => {
      const next = Math.max(last + 1, clock.now());
      return { put: next, result: next };
    });
  }

  #rotation(
    id: string,
    record: SessionRecord | undefined,
    { tokens: tokensOf, epoch, key, jkt }: Presented,
  ): Decision<SessionRecord, Rotated> {
    const { clock, tokens } = this.#options;
    const now = clock.now();
    const found = this.#look(record, now);
    if (!found.alive) return { result: { outcome: "refused", reason: found.reason } };
    if (epoch !== undefined && String(epoch) !== String(found.session.epoch))
      return { result: { outcome: "other" } };
    // A thief without the key: nothing is rotated, and nothing revoked.
    if (found.session.jkt !== jkt) return { result: { outcome: "refused", reason: "none" } };
    const presented = tokensOf(found.session.epoch).filter(looksLikeSecret);
    if (!record || presented.length === 0) return { result: { outcome: "refused", reason: "none" } };

    const rotated = (outcome: "rotated" | "replayed", session: LiveSession, grant: GrantState): Rotated => ({
      outcome,
      session,
      refreshToken: tokens.tokenOf(id, grant),
      generation: grant.generation,
    });
    switch (tokens.judge(record.grant, presented, key, now)) {
      case "replay":
        return { result: rotated("replayed", found.session, record.grant) };
      case "late":
        return { result: { outcome: "late" } };
      case "rotate": {
        const grant = tokens.next(id, record.grant, key, now);
        const put = { ...record, accessAt: now, grant };
        return { put, result: rotated("rotated", this.#live(put, now), grant) };
      }
      case "reuse": {
        const put: SessionRecord = { ...record, end: { reason: "revoked", at: now } };
        return { put, result: { outcome: "reuse", userId: record.userId } };
      }
    }
  }

  #look(record: SessionRecord | undefined, now: number): Found {
    if (!record) return NONE;
    const end = endOf(record, this.#options.limits, now);
    return end ? { alive: false, reason: end.reason } : { alive: true, session: this.#live(record, now) };
  }

  #live(record: SessionRecord, now: number): LiveSession {
    const { userId, epoch, jkt, authenticatedAt } = record;
    const authenticatedAgo = Math.max(0, now - authenticatedAt);
    return { userId, epoch, jkt, authenticatedAgo, left: timeLeft(record, this.#options.limits, now) };
  }

  #log(event: AuditEvent["event"], session: string, userId: string, reason?: EndReason): void {
    this.#options.audit({ event, session, userId, ...(reason && { reason }) });
  }
}
