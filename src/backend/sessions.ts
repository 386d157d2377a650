import type { Audit, AuditEvent } from "./audit.js";
import type { Clock } from "./clock.js";
import { type Found, type LiveSession, live, look, NONE } from "./found.js";
import { hashOf, looksLikeSecret, newSecret } from "./ids.js";
import { deadlineOf, type EndReason, endOf, type Limits } from "./limits.js";
import type { SessionRecord } from "./record.js";
import type { RefreshTokens } from "./refresh-token.js";
import { type Presented, type Rotated, rotation } from "./rotation.js";
import { SessionsOf } from "./sessions-of.js";
import type { Decision, Store } from "./store/store.js";

export interface Started {
  readonly id: string;
  readonly refreshToken: string;
  readonly generation: number;
  readonly session: LiveSession;
}

/** One of a user's sessions, as that user may see it. */
export interface Listed {
  readonly epoch: number;
  /** How long ago it began, and was last used, in ms. */
  readonly startedAgo: number;
  readonly seenAgo: number;
  readonly startedFrom: string | undefined;
}

/** What is known of a session when it begins. */
export interface Beginning {
  /** The thumbprint of the key that its tokens are bound to. */
  readonly jkt?: string | undefined;
  /** When the user authenticated, where that was some time before. */
  readonly authenticatedAt?: number | undefined;
  /** Where it begins, in words for the user: such as the browser and the system. */
  readonly startedFrom?: string | undefined;
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

/** Cookies are named by their generation: so many may still be made under the id before. */
const ROOM = 1000;

/** So much of what a browser says of itself is kept. */
const LONGEST = 200;

/** How long a tab that slept can still learn why its session ended. */
const REMEMBER_END = 60 * 60_000;

/**
 * Sessions, and nothing of HTTP. Four verbs: `peek` looks and moves nothing, `touch` is the user at work and slides
 * the idle limit, `rotate` renews the access lifetime and slides nothing, `end` ends. Nothing moves the absolute limit.
 * https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #index: SessionsOf;

  constructor(options: SessionsOptions) {
    const { kind, store, clock } = options;
    this.#options = options;
    this.#index = new SessionsOf(kind, store, clock);
  }

  /** A new id at every sign-in; the session that came with the request dies (session fixation, ASVS V7.2.4). */
  async signIn(
    userId: string,
    previousId: string | undefined,
    { jkt, startedFrom, authenticatedAt }: Beginning = {},
  ): Promise<Started> {
    const { clock, tokens } = this.#options;
    if (previousId !== undefined) await this.end(previousId, "ended");

    const id = newSecret();
    const now = clock.now();
    const epoch = await this.#nextEpoch();
    const grant = tokens.first(id);
    const times = { startedAt: now, touchedAt: now, accessAt: now };
    const record: SessionRecord = {
      ...{ userId, epoch, ...times, authenticatedAt: authenticatedAt ?? now, grant },
      ...(jkt !== undefined && { jkt }),
      ...(startedFrom !== undefined && { startedFrom: startedFrom.slice(0, LONGEST) }),
    };
    await this.#put(this.#keyOf(id), record);
    return this.#begun("started", id, record, now);
  }

  /**
   * The user has given the password again: a new id for the same session, with the same limits, which alone counts as
   * freshly authenticated (ASVS V7.2.4). The reply may get lost, and requests with the old id may be on their way: that one
   * stays what it was until the new one comes for the first time, and from then on is good for a sign-out alone.
   * https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#renewal-timeout
   */
  async reauthenticate(id: string | undefined): Promise<Started | undefined> {
    if (!looksLikeSecret(id)) return undefined;
    const before = await this.#arrive(id);
    const { clock, tokens, limits, store } = this.#options;
    const now = clock.now();
    if (!before || !look(before, limits, now).alive) return undefined;
    const next = newSecret();
    const [key, nextKey] = [this.#keyOf(id), this.#keyOf(next)];
    const { renewedBy: _, ...kept } = before;
    const grant = tokens.first(next, before.grant.generation + ROOM);
    const times = { touchedAt: now, accessAt: now, authenticatedAt: now };
    const record: SessionRecord = { ...kept, ...times, grant, renews: key };
    // Before the old one names it: who ends that one must find this one there, or it would outlive a sign-out.
    await this.#put(nextKey, record);
    const renewed = await this.#update<SessionRecord | undefined>(key, (old) =>
      old && look(old, limits, now).alive
        ? { put: { ...old, renewedBy: nextKey }, result: old }
        : { result: undefined },
    );
    if (!renewed) {
      await store.update(nextKey, () => ({ remove: true, result: undefined }));
      return undefined;
    }
    // The reply of an earlier try was lost, or comes after this one.
    if (renewed.renewedBy !== undefined) await this.#endKey(renewed.renewedBy, "renewed", nextKey);
    return this.#begun("reauthenticated", next, record, now);
  }

  async peek(id: string | undefined): Promise<Found> {
    if (!looksLikeSecret(id)) return NONE;
    const { clock, limits } = this.#options;
    return look(await this.#arrive(id), limits, clock.now());
  }

  /** The same of a session that goes on under another id: as it is there. */
  async peekRenewed(id: string | undefined): Promise<Found> {
    if (!looksLikeSecret(id)) return NONE;
    const { store, clock, limits } = this.#options;
    let record = await this.#arrive(id);
    while (record?.renewedBy !== undefined && !look(record, limits, clock.now()).alive)
      record = await store.get<SessionRecord>(record.renewedBy);
    return look(record, limits, clock.now());
  }

  /** The same by the hash of the id, which may be known to others than the one who holds the session. */
  async peekHandle(handle: string): Promise<Found> {
    const { store, clock, limits } = this.#options;
    return look(await store.get<SessionRecord>(this.#prefix + handle), limits, clock.now());
  }

  async touch(id: string | undefined): Promise<Found> {
    if (!looksLikeSecret(id)) return NONE;
    await this.#arrive(id);
    const { clock, limits } = this.#options;
    return this.#update<Found>(this.#keyOf(id), (record) => {
      const now = clock.now();
      const found = look(record, limits, now);
      if (!record || !found.alive) return { result: found };
      // Never backwards: a clock that was set back takes nothing away from the user.
      const touched = { ...record, touchedAt: Math.max(record.touchedAt, now) };
      return { put: touched, result: { alive: true, session: live(touched, limits, now) } };
    });
  }

  async rotate(id: string | undefined, presented: Presented): Promise<Rotated> {
    if (!looksLikeSecret(id)) return { outcome: "refused", reason: "none" };
    await this.#arrive(id);
    const { tokens, limits, clock } = this.#options;
    const key = this.#keyOf(id);
    const rotated = await this.#update<Rotated>(key, (record) =>
      rotation(id, record, presented, { tokens, limits, now: clock.now() }),
    );
    if (rotated.outcome === "reuse") {
      this.#log("reuse", key, rotated.userId, "revoked");
      await this.#index.remove(rotated.userId, [key]);
    } else if ("session" in rotated) this.#log(rotated.outcome, key, rotated.session.userId);
    return rotated;
  }

  /**
   * True when there was something to end. The session may go on under another id by now: a sign-out that was sent before
   * the reply with that one came means it, and would otherwise be confirmed while it lives.
   */
  async end(id: string | undefined, reason: "ended" | "revoked"): Promise<boolean> {
    if (!looksLikeSecret(id)) return false;
    await this.#arrive(id);
    return this.endHandle(hashOf(id), reason);
  }

  /** The same by the hash of the id. */
  endHandle(handle: string, reason: "ended" | "revoked"): Promise<boolean> {
    return this.#endKey(this.#prefix + handle, reason);
  }

  /** The living sessions of a user, the latest first. */
  async listOf(userId: string): Promise<Listed[]> {
    const now = this.#options.clock.now();
    const ago = (at: number) => Math.max(0, now - at);
    return [...(await this.#living(userId)).values()]
      .sort((one, other) => other.epoch - one.epoch)
      .map(({ epoch, startedAt, touchedAt, accessAt, startedFrom }) => ({
        ...{ epoch, startedFrom },
        ...{ startedAgo: ago(startedAt), seenAgo: ago(Math.max(touchedAt, accessAt)) },
      }));
  }

  /** Ends those of a user's sessions that are meant, and tells how many there were. */
  async endThoseOf(userId: string, isMeant: (epoch: number) => boolean): Promise<number> {
    const meant = [...(await this.#living(userId))].filter(([, { epoch }]) => isMeant(epoch));
    const ended = await Promise.all(meant.map(([key]) => this.#endKey(key, "ended")));
    return ended.filter(Boolean).length;
  }

  endAllOf(userId: string): Promise<number> {
    return this.endThoseOf(userId, () => true);
  }

  /** Writes down the ends that time brought. */
  async sweep(): Promise<void> {
    const { store, clock, limits } = this.#options;
    for await (const [key, seen] of store.list<SessionRecord>(this.#prefix)) {
      if (seen.end || !endOf(seen, limits, clock.now())) continue;
      const expired = await this.#update<SessionRecord | undefined>(key, (record) => {
        const end = record && endOf(record, limits, clock.now());
        if (!end || record.end) return { result: undefined };
        const put = { ...record, end };
        return { put, result: put };
      });
      if (!expired) continue;
      this.#log("ended", key, expired.userId, expired.end?.reason);
      await this.#index.remove(expired.userId, [key]);
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

  #put(key: string, record: SessionRecord): Promise<void> {
    return this.#update<void>(key, () => ({ put: record, result: undefined }));
  }

  async #begun(
    event: "started" | "reauthenticated",
    id: string,
    record: SessionRecord,
    now: number,
  ): Promise<Started> {
    const { tokens, limits } = this.#options;
    const { userId, grant, startedAt } = record;
    const key = this.#keyOf(id);
    await this.#index.add(userId, key, startedAt + limits.absoluteTimeout);
    this.#log(event, key, userId);
    const { generation } = grant;
    return { id, refreshToken: tokens.tokenOf(id, grant), generation, session: live(record, limits, now) };
  }

  /**
   * The living sessions of a user by their keys. Where one goes on under another id, the one that its browser has had for
   * longer: it is no other session, and its end is the end of both.
   */
  async #living(userId: string): Promise<Map<string, SessionRecord>> {
    const { store, clock, limits } = this.#options;
    const keys = await this.#index.keys(userId);
    const records = await Promise.all(keys.map((key) => store.get<SessionRecord>(key)));
    const living = new Map<string, SessionRecord>();
    const over: string[] = [];
    for (const [i, key] of keys.entries()) {
      const record = records[i];
      if (record && look(record, limits, clock.now()).alive) living.set(key, record);
      else over.push(key);
    }
    if (over.length > 0) await this.#index.remove(userId, over);
    for (const { renewedBy } of [...living.values()]) if (renewedBy !== undefined) living.delete(renewedBy);
    return living;
  }

  /** An id came with a request: its browser has it, and needs the one before no more. Resolves to what is kept under it. */
  async #arrive(id: string): Promise<SessionRecord | undefined> {
    const key = this.#keyOf(id);
    const came = await this.#options.store.get<SessionRecord>(key);
    if (came?.renews === undefined) return came;
    await this.#endKey(came.renews, "renewed");
    return this.#update<SessionRecord | undefined>(key, (record) => {
      if (!record) return { result: undefined };
      const { renews: _, ...put } = record;
      return { put, result: put };
    });
  }

  /** `next`: where it goes on, if that is not written there already. */
  async #endKey(key: string, reason: "ended" | "revoked" | "renewed", next?: string): Promise<boolean> {
    const { clock, limits } = this.#options;
    const { record, ended } = await this.#update<{ record?: SessionRecord | undefined; ended: boolean }>(
      key,
      (before) => {
        const now = clock.now();
        if (!before || !look(before, limits, now).alive) return { result: { record: before, ended: false } };
        const put: SessionRecord = {
          ...before,
          end: { reason, at: now },
          ...(next !== undefined && { renewedBy: next }),
        };
        return { put, result: { record: put, ended: true } };
      },
    );
    if (!record) return false;
    if (ended) {
      this.#log("ended", key, record.userId, reason);
      await this.#index.remove(record.userId, [key]);
    }
    // Ended under the one id, ended under the next, also where that one has come: what was sent before is of one session.
    const { renewedBy } = record;
    const endedNext =
      renewedBy !== undefined && reason !== "renewed" && (await this.#endKey(renewedBy, reason));
    return ended || endedNext;
  }

  /** Also above the clock, so that it still rises when the database was lost and browsers remember the old one. */
  #nextEpoch(): Promise<number> {
    const { store, clock } = this.#options;
    return store.update<number, number>("counter/epoch", (last = 0) => {
      const next = Math.max(last + 1, clock.now());
      return { put: next, result: next };
    });
  }

  #log(event: AuditEvent["event"], session: string, userId: string, reason?: EndReason): void {
    this.#options.audit({ event, session, userId, ...(reason && { reason }) });
  }
}
