import { after, type SharedRecord } from "../core/record.js";
import type { Put } from "../platform/platform.js";
import {
  type Credential,
  type Deposit,
  NOTHING,
  type Place,
  placeOf,
  samePlace,
  sameSession,
  type Vault,
} from "./vault.js";

/** Tokens, and the position that they belong to. */
export interface Held {
  readonly credential: Credential;
  readonly at: Place;
}

/** Where tokens are besides the memory of this page: with the other tabs, or on disk. */
export interface Elsewhere {
  find(record: SharedRecord): Promise<Held | undefined>;
  /** Seals a new session's tokens, or renewed ones. */
  prepare(credential: Credential, after: Place | undefined): Promise<Deposit>;
  keep?(deposit: Deposit, at: Place): void;
  beside?(record: SharedRecord, put: Put): void;
  /** They are on record now. */
  kept?(held: Held): void;
  hear?(data: unknown): void;
  forget(): void;
}

/**
 * Tokens in a closure of this page. `elsewhere` is asked for what is not there: after a reload, in a new tab, when another
 * tab has refreshed.
 */
export function memoryVault(elsewhere: (held: () => Held | undefined) => Elsewhere): Vault {
  let held: Held | undefined;
  let fresh = false;
  /** The session whose tokens were given away last. */
  let last: { readonly epoch: number } | undefined;
  const other = elsewhere(() => held);
  const searches = new Map<string, Promise<boolean>>();

  const read = (at: Place | undefined) => (at && held && samePlace(held.at, at) ? held.credential : NOTHING);
  const has = (at: Place) => read(at).accessToken !== undefined;

  async function search(record: SharedRecord) {
    const before = last;
    const found = await other.find(record).catch(() => undefined);
    // What came in the meantime may be newer, or of a newer session.
    const newer = held && found && after(held.at, found.at);
    // And what has ended meanwhile has none.
    const over = last !== before && last?.epoch === found?.at.epoch;
    if (found && !newer && !over) held = { ...found, at: { ...found.at, prefix: record.prefix } };
    return has(record);
  }

  return {
    holds: true,
    usable: (session) => !!held && sameSession(held.at, session),
    has,
    read,
    async find(record) {
      if (has(record)) return true;
      const key = `${record.epoch}.${record.sequence}`;
      let searching = searches.get(key);
      if (!searching) {
        searching = search(record).finally(() => searches.delete(key));
        searches.set(key, searching);
      }
      return searching;
    },
    async prepare({ accessToken, refreshToken, user }, renews) {
      const before = read(renews);
      const credential = {
        accessToken,
        refreshToken: refreshToken ?? before.refreshToken,
        user: user ?? before.user,
      };
      return other.prepare(credential, renews);
    },
    keep(deposit, place) {
      const at = placeOf(place);
      held = { credential: deposit.credential, at };
      fresh = true;
      other.keep?.(deposit, at);
    },
    beside: (record, put) => other.beside?.(record, put),
    kept() {
      if (held && fresh) other.kept?.(held);
      fresh = false;
    },
    take(epoch) {
      last = { epoch };
      if (!held || held.at.epoch > epoch) return NOTHING;
      const { credential } = held;
      held = undefined;
      other.forget();
      return credential;
    },
    hear: (data) => other.hear?.(data),
    close() {
      held = undefined;
      other.forget();
    },
  };
}
