import type { SharedRecord } from "../core/record.js";
import { createHandOver } from "../secrets/hand-over.js";
import { type Elsewhere, type Held, memoryVault } from "../secrets/memory.js";
import {
  type Credential,
  type Deposit,
  NOTHING,
  type Place,
  sameSession,
  type Vault,
} from "../secrets/vault.js";
import { pause } from "../shell/pause.js";
import type { WorkerPlatform } from "./platform.js";

/** The tokens of this worker, and those that are on their way in and out. */
export interface Store {
  readonly vault: Vault;
  /** Puts the tokens of a reply aside, and says what they are called. */
  put(credential: Credential): number;
  prepare(ticket: number | undefined, user: unknown, after: Place | undefined): Promise<Deposit>;
  keep(ticket: number, at: Place): void;
  /** Whether it had any of that epoch. */
  end(epoch: number): boolean;
  /** Tokens of a session that has ended, to tell the server of. */
  spent(epoch: number): Credential;
  /**
   * Uses a refresh token once, in a worker of all tabs. A page can go while the reply is on its way; who asks again for the
   * same, by the key of the attempt, gets that reply, and the token does not go out a second time. What failed can be tried
   * again. A worker of one tab goes with it.
   */
  readonly once: (<T>(key: string, ask: () => Promise<T>) => Promise<T>) | undefined;
}

/** Tokens that are ready to be kept, and the position that they renew. */
type Renewal = Deposit & { readonly renews?: Place | undefined };

interface Kept {
  readonly ticket: number;
  readonly deposit: Renewal;
  readonly epoch: number;
  /** What was ready by then and still to be kept. */
  readonly beside: ReadonlySet<number>;
}

/** A page that dies in the middle leaves its tickets behind. */
const MOST = 50;
/** How long to wait for what a tab is about to bring, in ms. */
const PATIENCE = 150;

/** One worker for all tabs: there is nowhere else to look, but a tab may be about to bring what another asks for. */
function onlyHere(
  { clock, random }: WorkerPlatform,
  held: () => Held | undefined,
  coming: () => boolean,
): Elsewhere {
  const wanted = (record: SharedRecord) => {
    const it = held();
    return it && sameSession(it.at, record) && it.at.sequence >= record.sequence ? it : undefined;
  };
  return {
    async find(record) {
      const until = clock.mono() + PATIENCE;
      while (!wanted(record) && coming() && clock.mono() < until) await pause(clock, 5);
      return wanted(record);
    },
    prepare: async (credential) => ({ credential, prefix: random.id() }),
    forget() {},
  };
}

/** A worker of each tab: they hand the tokens over to one another on a channel of their own. */
function fromPeers(platform: WorkerPlatform, name: string, held: () => Held | undefined): Elsewhere {
  const { cipher, channel: open, random } = platform;
  if (!cipher || !open) return onlyHere(platform, held, () => false);
  const channel = open(`sojourn.${name}.tokens`, (data) => handOver.hear?.(data));
  const handOver = createHandOver({ platform, cipher, tab: random.id(), post: channel.post }, held);
  return handOver;
}

export function openStore(name: string, shared: boolean, platform: WorkerPlatform): Store {
  const grants = new Map<number, Credential>();
  const deposits = new Map<number, Renewal>();
  const ended = new Map<number, Credential>();
  let last = 0;
  /** The deposit that was kept last: a sign-in whose writing is given up is written again. */
  let kept: Kept | undefined;
  /** The refresh that was asked for last. */
  let asked: { readonly key: string; readonly reply: Promise<unknown> } | undefined;
  const coming = () => deposits.size > 0 || grants.size > 0;
  const vault = memoryVault((held) =>
    shared ? onlyHere(platform, held, coming) : fromPeers(platform, name, held),
  );

  const bounded = <T>(map: Map<number, T>, key: number, value: T) => {
    map.set(key, value);
    const [oldest] = map.keys();
    if (map.size > MOST && oldest !== undefined) map.delete(oldest);
  };

  function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    if (asked?.key !== key) {
      const mine = { key, reply: ask() };
      asked = mine;
      mine.reply.catch(() => {
        if (asked === mine) asked = undefined;
      });
    }
    return asked.reply as Promise<T>;
  }

  return {
    vault,
    put(credential) {
      bounded(grants, ++last, credential);
      return last;
    },
    async prepare(ticket, user, after) {
      const { accessToken, refreshToken } = grants.get(ticket ?? 0) ?? NOTHING;
      grants.delete(ticket ?? 0);
      const deposit = await vault.prepare({ accessToken, refreshToken, user }, after);
      if (ticket !== undefined) bounded(deposits, ticket, { ...deposit, renews: after });
      return deposit;
    },
    keep(ticket, at) {
      const deposit = kept?.ticket === ticket ? kept.deposit : deposits.get(ticket);
      deposits.delete(ticket);
      // Another tab has signed in meanwhile, and its word was faster than this one's.
      if (deposit?.renews && !vault.usable(deposit.renews)) return;
      // Two tabs have signed in at the same time: the record says which came last, whosever word was faster.
      if (kept?.beside.has(ticket) && at.epoch < kept.epoch) return;
      kept = deposit && { ticket, deposit, epoch: at.epoch, beside: new Set(deposits.keys()) };
      if (deposit) vault.keep(deposit, at);
    },
    end(epoch) {
      const credential = vault.take(epoch, true);
      // What is here is a newer session's.
      if (credential === NOTHING) return false;
      kept = undefined;
      asked = undefined;
      bounded(ended, epoch, credential);
      return true;
    },
    spent(epoch) {
      const credential = ended.get(epoch) ?? NOTHING;
      ended.delete(epoch);
      return credential;
    },
    once: shared ? once : undefined,
  };
}
