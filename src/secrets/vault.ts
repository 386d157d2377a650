import type { Position, SharedRecord } from "../core/record.js";
import type { Moment } from "../core/time.js";
import type { Settings } from "../options.js";
import type { CipherPort, Platform, Put, RecordPort } from "../platform/platform.js";
import type { Ask } from "../server/ask.js";
import type { Grant } from "../server/convention.js";
import type { Transport } from "../server/transport.js";

/** The tokens of a session. */
export interface Credential {
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
  /** Whose they are, where the server has said it. Who is handed the tokens knows the user, too. */
  readonly user?: unknown;
}

/** Where tokens belong. The session's name tells it from another that came to the same numbers in cleared storage. */
export interface Place extends Position {
  readonly prefix?: string | undefined;
}

/** Tokens of `a` are tokens of the session of `b`. Who does not know the name goes by the numbers. */
export const sameSession = (a: Omit<Place, "sequence">, b: Omit<Place, "sequence">): boolean =>
  a.epoch === b.epoch && (a.prefix ?? b.prefix) === (b.prefix ?? a.prefix);

export const samePlace = (a: Place, b: Place): boolean => sameSession(a, b) && a.sequence === b.sequence;

export const placeOf = ({ epoch, sequence, prefix }: Place): Place => ({ epoch, sequence, prefix });

export const NOTHING: Credential = { accessToken: undefined, refreshToken: undefined };

/** The tokens of a grant, ready to be kept as soon as the record says where they belong. */
export interface Deposit {
  readonly credential: Credential;
  /** A new session's name: what seals its tokens can be checked against it. */
  readonly prefix: string;
  /** What the way of keeping adds. */
  readonly seal?: unknown;
}

/**
 * Where tokens live. They belong to one position, (epoch, sequence): those of an ended session are never given out for
 * the next, and a spent one never under the name of its successor.
 */
export interface Vault {
  /** Tokens come to this session at all. */
  readonly holds: boolean;
  /** That session can be shown here: its tokens are, or nothing but cookies is needed. */
  usable(session: Place): boolean;
  /** There is what a request at that position needs. */
  has(at: Place): boolean;
  read(at: Place | undefined): Credential;
  /** Looks for the tokens of a live record elsewhere. Resolves with whether they are here now. */
  find(record: SharedRecord): Promise<boolean>;
  /** Makes a grant ready to be kept. `after`: the position it renews; a refresh token that is not renewed is kept. */
  prepare(grant: Grant, after?: Place): Promise<Deposit>;
  /** Inside the transaction that writes the record. */
  keep(deposit: Deposit, at: Place): void;
  /** Writes what belongs to a record in the transaction that writes the record. */
  beside(record: SharedRecord, put: Put): void;
  /** The record was written. */
  kept(): void;
  /**
   * The session of an epoch is over: gives its tokens away for the last time, they are forgotten here. `last`: nobody
   * needs the key any more that they may be bound to.
   */
  take(epoch: number, last: boolean): Credential;
  /** Hears what another tab says. */
  hear(data: unknown): void;
  /** Lets go of everything. The session goes on in other tabs. */
  close(): void;
  /** Where the tokens are not in this page: asks the server for it… */
  readonly ask?: Ask<never>;
  /** …and sends its requests. */
  readonly transport?: Transport;
}

/** What a vault works with. */
export interface VaultContext {
  readonly platform: Platform;
  readonly cipher: CipherPort | undefined;
  readonly disk: RecordPort | undefined;
  readonly tab: string;
  readonly settings: Pick<Settings<never>, "requestTimeout" | "schema">;
  readonly worker: (() => Worker | SharedWorker) | undefined;
  /** The server's tokens are to be bound to a key. */
  readonly bound: boolean;
  moment(): Moment;
  /** Where the session stands. */
  position(): Position | undefined;
  /** Says something to the other tabs. */
  post(data: unknown): void;
  /** Tokens that were not found may be found now. */
  look(): void;
  /** Tokens cannot be kept as was asked: they stay in the memory of this page. */
  degraded(): void;
}

/** Sessions whose tokens are in cookies: the page never sees one, and needs none. */
export function noVault(prefix: () => string): Vault {
  return {
    holds: false,
    usable: () => true,
    has: () => true,
    read: () => NOTHING,
    find: async () => true,
    prepare: async () => ({ credential: NOTHING, prefix: prefix() }),
    keep() {},
    beside() {},
    kept() {},
    take: () => NOTHING,
    hear() {},
    close() {},
  };
}
