import { decideRefresh, idempotencyKey } from "../core/attempt.js";
import { claim, over, refreshed, unclaimed } from "../core/commit.js";
import type { Position, SharedRecord } from "../core/record.js";
import { SessionError } from "../errors.js";
import type { Told } from "../server/ask.js";
import { type Context, commit, cool, endedError, isRejection, isSpent } from "./context.js";
import { type Lease, NOT_HELD } from "./exclusive.js";
import { pause } from "./pause.js";
import type { Restore } from "./restore.js";

export interface Refresher {
  /** Gets a credential newer than the one of `refused`. One at a time in a tab, one at a time among tabs. */
  refresh(refused?: Position): Promise<void>;
  /** That refresh, whoever asked for it. */
  underWay(): Promise<void> | undefined;
}

/** How often a waiter queues again before it gives up. */
const ROUNDS = 3;
const POLL = 250;
/** How long to look, in ms, whether the holder of the lock is at work after all. */
const GLANCE = 1000;
/** A server that was told which session is meant, and got the cookies of another. */
const CONFLICT = 409;

const timeOut = () => new SessionError("ERR_TIMEOUT", "Another tab has not finished its refresh.");

/**
 * One refresh for any number of tabs:
 * take the lock with a bounded wait, read the record, adopt what another tab got, else commit the intent, ask the
 * server, commit the result by compare-and-set, and let the others look.
 */
export function createRefresher<User>(
  cx: Context<User>,
  { own, know }: Pick<Restore<User>, "own" | "know">,
): Refresher {
  const { kernel, store, settings, platform, tab, vault } = cx;
  const { patience } = settings.policy;
  let running: Promise<void> | undefined;
  /** The intent last seen, and when: its age is measured here, another tab's clock proves nothing. */
  let seen = { key: "", at: 0 };

  const now = () => kernel.moment().now;

  function watchIntent(record: SharedRecord | undefined): boolean {
    const { intent, epoch, sequence } = record ?? {};
    const key = `${epoch}.${sequence}.${intent?.attempt}.${intent?.tab}`;
    if (seen.key !== key) seen = { key, at: now() };
    const foreign = !!intent?.tab && intent.tab !== tab;
    return foreign && now() - seen.at < patience;
  }

  async function read(fresh: boolean) {
    const record = await store.read(fresh);
    const young = watchIntent(record);
    cx.adopt(record);
    return { record, young };
  }

  /** `true`: nothing left to do. */
  function served(record: SharedRecord | undefined, want: Wanted): boolean {
    const { retryAt } = kernel.state();
    switch (decideRefresh(record, want, now() < retryAt)) {
      case "over":
        // The same user has signed in anew: there is a credential, and it is newer.
        if (record && record.epoch > want.epoch && cx.live()) return true;
        throw endedError(record?.end?.reason ?? "rejected");
      case "adopt":
        return true;
      case "cooling":
        throw new SessionError("ERR_UNAVAILABLE", "The server could not answer or asked for patience.", {
          retryAfter: Math.max(0, retryAt - now()),
        });
      default:
        return false;
    }
  }

  async function hold(lease: Lease, want: Wanted): Promise<void> {
    for (let tries = 0; tries < ROUNDS; tries++) {
      if (served(kernel.state().record, want)) return;
      const { record, young } = await read(true);
      if (served(record, want)) return;
      // Without Web Locks the intent is what keeps two tabs apart.
      if (!cx.exclusive.queues() && young) throw NOT_HELD;
      // Another tab has made it, and nobody may use the one before in its place.
      if (record && !vault.has(record)) await vault.find(record);
      const attempt = record?.intent?.attempt ?? 0;
      const claimed = await store.commit((r) => claim(r, want, tab, attempt));
      // Made anew where the storage was cleared meanwhile, and another session has come to the same numbers.
      if (!claimed.done || !claimed.record || claimed.record.prefix !== record?.prefix) continue;
      cx.adopt(claimed.record, "this-tab");
      // In the same task as the request: a tab that was frozen since the grant must not send; nor one whose user has
      // signed in meanwhile, for what it would send is the new session's.
      if (!lease.valid() || !cx.goesOn(want.epoch)) throw NOT_HELD;
      const started = now();
      try {
        const told = await cx.ask("refresh", {
          idempotencyKey: idempotencyKey(claimed.record),
          marker: claimed.record.marker,
          signal: lease.signal,
          valid: lease.valid,
        });
        return await succeed(told, claimed.record, lease);
      } catch (error) {
        const { status, retryAfter } = error as SessionError;
        // What a server that failed asked for holds, however late this page hears of it.
        if (!lease.valid() && (status === undefined || isRejection(error))) throw NOT_HELD;
        // Without a refresh token nothing was sent, and nothing can be renewed: what has expired is over.
        const unsent = isSpent(error);
        if (isRejection(error) || (unsent && started >= kernel.state().accessAt))
          return await reject(error, want, attempt + 1);
        // The cookies are those of another session, of which nobody has told this tab yet.
        if (status === CONFLICT && cx.convention.peek && (await know())) continue;
        // No reply: the server may have rotated or not. Once more at once, with the same key.
        if (!tries && status === undefined && !unsent && now() - started < patience / 6) continue;
        if (unsent) await commit(cx, (r) => unclaimed(r, attempt + 1, record?.intent ?? null));
        else await cool(cx, retryAfter, { attempt: attempt + 1 }, want);
        throw error;
      }
    }
    throw NOT_HELD;
  }

  async function succeed(told: Told<User> | null, asked: SharedRecord, lease: Lease) {
    if (!told) throw new SessionError("ERR_BAD_REPLY", "A refresh must bring a grant, or reject.");
    // Of the session that was asked about: the user may have signed in anew since, and then nothing comes of it.
    if (!(await own(told, asked))) throw endedError("replaced");
    const deposit = await vault.prepare(told.grant, asked);
    // Fenced: a session that ended or moved on takes nothing from a late reply. However late it is, it counts as long as
    // nobody has taken the refresh over, or whoever has had no luck: a token must not be thrown away. (Cookies are the
    // browser's already, and whoever took over went on with those.)
    const done = await commit(cx, (r) => {
      const { attempt, tab: taken } = r?.intent ?? {};
      const unlucky = vault.holds && taken === "";
      const mine = lease.valid() || unlucky || attempt === asked.intent?.attempt;
      const next = mine ? refreshed(r, asked, told.wall, told) : undefined;
      if (next) vault.keep(deposit, next);
      return next;
    });
    if (done) {
      // Not of another one, who has signed in while it was written.
      if (told.grant.user !== undefined && cx.goesOn(asked.epoch)) cx.setUser(told.grant.user);
    } else if (!cx.live()) throw endedError(kernel.state().reason);
  }

  /** Believed only if the record still stands where the refused attempt began. */
  async function reject(error: SessionError, want: Wanted, attempt: number) {
    const reason = error.reason ?? "rejected";
    const { done, record } = await store.commit((r) => {
      const mine = r?.sequence === want.sequence && r.intent?.attempt === attempt;
      const end = mine ? over(r, want.epoch, reason, true) : undefined;
      // Said as it is decided: a page that goes a moment later leaves nobody who does not know.
      if (end) cx.post("ended", end, reason);
      return end;
    });
    cx.adopt(record, done ? "server" : "other-tab");
    // Overtaken: what was refused was not the session's credential any more.
    if (!served(record, want)) throw NOT_HELD;
  }

  async function queue(want: Wanted): Promise<void> {
    const until = now() + ROUNDS * patience;
    let outOfPatience = false;
    // Without Web Locks there is no queue to wait in: look again, now and then.
    for (let round = 0; round < ROUNDS || (!cx.exclusive.queues() && now() < until); round++) {
      const { record, young } = await read(false);
      if (served(record, want)) return;
      const steal = cx.exclusive.queues() && outOfPatience && !young && (await raise(record, want));
      const signal = cx.signal();
      let granted = false;
      const task = (lease: Lease) => {
        granted = true;
        return hold(lease, want);
      };
      const result = await cx.exclusive(task, { patience, steal, signal }).catch((error) => {
        if (error !== NOT_HELD) throw error;
        return NOT_HELD;
      });
      if (result !== NOT_HELD) return;
      // Who had it, or stood still, has waited for nobody.
      outOfPatience = !granted && !signal.aborted;
      await cx.awake();
      // After a sleep everybody's patience is over at once, the holder's request is answered, or the next in the queue has
      // just begun: what happens in the next moment shows in the record.
      const ms = cx.exclusive.queues() ? outOfPatience && GLANCE : POLL;
      if (ms) await pause(platform.clock, ms);
    }
    throw timeOut();
  }

  /**
   * Out of patience: the holder may be frozen. Whoever raises the intent by compare-and-set may steal the lock, so
   * one waiter does and not all of them; the young intent sends the others back to the queue.
   */
  async function raise(record: SharedRecord | undefined, want: Wanted): Promise<boolean> {
    const attempt = record?.intent?.attempt ?? 0;
    const began = now();
    const raised = await store.commit((r) => claim(r, want, tab, attempt));
    watchIntent(raised.record);
    // Who stood still meanwhile would rob whoever has taken over since.
    return raised.done && now() - began < patience;
  }

  return {
    async refresh(refused) {
      const { record } = kernel.state();
      if (!record?.live) throw new SessionError("ERR_SIGNED_OUT", "Nobody is signed in.");
      if (refused && (record.epoch !== refused.epoch || record.sequence > refused.sequence)) return;
      running ??= queue(record).finally(() => {
        running = undefined;
      });
      return running;
    },
    underWay: () => running,
  };
}

type Wanted = Pick<SharedRecord, "epoch" | "sequence" | "failures">;
