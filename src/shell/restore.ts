import { alive } from "../core/alive.js";
import { backoff, idempotencyKey } from "../core/attempt.js";
import { confirmed, joined, news, outlived, refreshed, signIn } from "../core/commit.js";
import type { SharedRecord } from "../core/record.js";
import type { EndReason, Origin } from "../core/state.js";
import { type Moment, NEVER } from "../core/time.js";
import { SessionError } from "../errors.js";
import { checkUser, readGrant, type Told } from "../server/ask.js";
import type { Grant } from "../server/convention.js";
import { type Context, commit, cool, isRejection, isSpent } from "./context.js";
import type { Ending } from "./ending.js";
import { type Lease, NOT_HELD } from "./exclusive.js";

export interface Restore<User> {
  /** A sign-in: whatever session was there before is over. `moment`: when it was told, from which its limits count. */
  begin(grant: Grant<User>, moment: Moment): Promise<void>;
  /** Finds out whether somebody is signed in; where the server cannot be asked, again and again. */
  restore(): Promise<void>;
  /** The network is back: asks again now. */
  retry(): void;
  stop(): void;
  /**
   * Asks the server for what the record cannot tell: the user, and whether the session is still there. Resolves with
   * `false` where it could not be asked.
   */
  know(): Promise<boolean>;
  /**
   * Whether a reply speaks of the session that it was asked about. One of another session, or of somebody else's, is
   * what was found at the server: this tab has been replaced.
   */
  own(told: Told<User>, seen: SharedRecord | undefined): Promise<boolean>;
  /** Asks whether the server is back; if it is not, all tabs wait longer. */
  peek(): Promise<void>;
}

const subjectOf = ({ subject, user }: Grant): string => {
  const { id, sub } = (user ?? {}) as { id?: unknown; sub?: unknown };
  const name = subject ?? id ?? sub;
  // Any two objects have the same name as text.
  return ["string", "number", "bigint"].includes(typeof name) ? String(name) : "";
};

export function createRestore<User>(cx: Context<User>, ending: Ending): Restore<User> {
  const { kernel, settings, platform, vault } = cx;
  const { policy, name } = settings;
  const { convention, proof } = cx;

  async function hash(grant: Grant): Promise<string> {
    const subject = subjectOf(grant);
    // Without a hash there is no name for the subject: no other tab may then take the session for its own.
    return (subject && (await platform.hash(`${name}\n${subject}`))) || "";
  }

  /** `about`: the record that the server was asked about. If it moved on meanwhile, the answer is an old one. */
  async function open(told: Told<unknown>, origin: Origin, about?: { seen: SharedRecord | undefined }) {
    const { grant } = told;
    const subject = await hash(grant);
    const deposit = await vault.prepare(grant);
    const change = (r: SharedRecord | undefined) => {
      if (about && r?.epoch !== about.seen?.epoch) return undefined;
      const facts = { ...told, subject, prefix: deposit.prefix };
      const { over } = kernel.state();
      if (outlived(r, facts, kernel.moment().wall, over)) return undefined;
      // Tokens are this tab's own, and what has ended here stays ended.
      const fits = !vault.holds && r && r.epoch > over;
      const next = (fits && joined(r, facts, policy)) || signIn(r, facts, policy);
      vault.keep(deposit, next);
      return next;
    };
    let named = false;
    const done = await commit(cx, change, origin, () => {
      // A sign-in knows its user: nobody sees the session without. Nor another's, found on record meanwhile, with this one.
      named = !cx.live();
      if (named) cx.setUser(grant.user as User);
    });
    // Without a hash anybody's record looks the same.
    if (cx.live() && kernel.state().record?.subject === subject && (subject || done))
      cx.setUser(grant.user as User);
    else if (named) cx.setUser(undefined);
  }

  /** The reply speaks of the session on record: cookies may be another user's by now. */
  async function matches(told: Told<User>, { marker, subject }: SharedRecord): Promise<boolean> {
    const { grant } = told;
    const named = grant.user !== undefined || grant.subject !== undefined;
    if (named && (await hash(grant)) !== subject) return false;
    return !marker || !told.marker || marker === told.marker;
  }

  async function own(told: Told<User>, seen: SharedRecord | undefined): Promise<boolean> {
    if (seen && (await matches(told, seen))) return true;
    await open(told, "server", { seen });
    return false;
  }

  /** A session found by a page that was showing another one is none of this tab's: see `adopt`. */
  function know(origin: Origin = "server"): Promise<boolean> {
    knowing ??= learn(origin).finally(() => {
      knowing = undefined;
    });
    return knowing;
  }
  let knowing: Promise<boolean> | undefined;

  async function learn(origin: Origin): Promise<boolean> {
    const seen = kernel.state().record;
    let told: Told<User> | null = null;
    let reason: EndReason = "rejected";
    patience = undefined;
    try {
      told = await cx.ask("peek", { signal: cx.signal() });
    } catch (error) {
      if (!isRejection(error)) return unanswered(error);
      reason = error.reason ?? reason;
    }
    if (!told) {
      // It counts for the session it was asked about. One that ended without a word of the server's is over there, too:
      // left open, its end would be told to the server in the next session, which would be signed out by it.
      await ending.confirm(seen);
      if (!cx.live()) kernel.dispatch({ type: "nobody" });
      else if (seen?.live && cx.goesOn(seen.epoch))
        kernel.dispatch({ type: "end", reason, origin: "server" });
      return true;
    }
    const same = seen?.live && (await matches(told, seen));
    if (same) {
      const answer = told;
      // What another tab has told the server meanwhile is no news.
      await cx.look();
      // Nor does it say anything of a session that began since.
      if (!cx.goesOn(seen.epoch)) return true;
      const facts = alive(kernel.state(), answer, answer.now, policy);
      kernel.dispatch({ type: "alive", facts });
      const change = (r: SharedRecord | undefined) => confirmed(r, seen, answer.wall, answer, false);
      const known = kernel.state().record as SharedRecord;
      // Every tab asks once somebody has signed in: what is no news makes nobody look. Where the storage was cleared, it is.
      if (cx.store.empty() || news(known, change(known) as SharedRecord)) await commit(cx, change);
      if (cx.goesOn(seen.epoch)) cx.setUser(answer.grant.user);
    } else if (seen?.end && !seen.end.confirmed && (!told.marker || told.marker === seen.marker)) {
      // Signed out here while the server could not be reached, and it still does not know.
      if (await ending.tell(seen)) kernel.dispatch({ type: "nobody" });
      else return false;
    } else await open(told, cx.live() ? origin : "this-tab", { seen });
    return true;
  }

  /** The key of the attempt whose outcome is not known yet. */
  let attempted = "";

  /**
   * The session is on record, and its tokens were nowhere to be found: they have been renewed, and it goes on. Under a
   * name of its own, for whoever had the tokens does not have these.
   */
  async function regain(told: Told<User>, seen: SharedRecord) {
    if (!(await own(told, seen))) return;
    const deposit = await vault.prepare(told.grant);
    const change = (r: SharedRecord | undefined) => {
      const renewed = refreshed(r, seen, told.wall, told);
      const next = renewed && { ...renewed, prefix: deposit.prefix };
      if (next) vault.keep(deposit, next);
      return next;
    };
    await commit(cx, change, "this-tab");
    if (told.grant.user !== undefined && cx.goesOn(seen.epoch)) cx.setUser(told.grant.user);
  }

  /** A server that cannot peek: whoever can refresh is signed in. */
  async function tryRefresh(): Promise<boolean> {
    const seen = kernel.state().record;
    const attempt = async (lease: Lease) => {
      const now = await cx.seek(true);
      if (now?.live && vault.usable(now)) return cx.look();
      // The reply may get lost: then the next attempt, of whatever tab, is the same one to the server.
      attempted ||= now ? idempotencyKey(now) : platform.random.id();
      // Somebody may have signed in meanwhile, and what would be sent is theirs.
      const valid = () => lease.valid() && !cx.live();
      const told = await cx.ask("refresh", { idempotencyKey: attempted, signal: cx.signal(), valid });
      attempted = "";
      if (told && now?.live) await regain(told, now);
      else if (told) await open(told, "this-tab", { seen });
    };
    try {
      const held = await cx.exclusive(attempt, {
        patience: policy.patience,
        signal: cx.signal(),
      });
      return held !== NOT_HELD;
    } catch (error) {
      // Nothing to refresh with is as good as nobody.
      if (!isRejection(error) && !isSpent(error)) return unanswered(error);
      attempted = "";
      kernel.dispatch({ type: "nobody" });
      return true;
    }
  }

  async function find(): Promise<boolean> {
    const { record } = kernel.state();
    if (convention.peek) return know("this-tab");
    if (cx.live()) return true;
    if (record?.end && !record.end.confirmed && !(await ending.tell(record))) return false;
    if (convention.refresh) return tryRefresh();
    kernel.dispatch({ type: "nobody" });
    return true;
  }

  /** How often the server could not be asked, and how long it asked to be left alone. */
  let asking = 0;
  let patience: number | undefined;
  let cancel = () => {};
  function unanswered(error: unknown): false {
    patience ??= (error as SessionError).retryAfter;
    return false;
  }
  async function search(): Promise<void> {
    cancel();
    patience = undefined;
    await cx.look();
    // What ended while the server was asked is over: what it would have said is not missed.
    const known = cx.live();
    const found = (await find().catch(() => false)) || known || cx.live();
    if (asking === NEVER) return;
    asking = found ? 0 : asking + 1;
    if (asking) cancel = platform.clock.timer(backoff(asking, platform.random.number(), patience), restore);
    cx.setAsking(asking > 0);
  }
  /** One at a time: one that waits for its turn would not know that the server has just failed for another. */
  function restore(): Promise<void> {
    restoring ??= search().finally(() => {
      restoring = undefined;
    });
    return restoring;
  }
  let restoring: Promise<void> | undefined;

  return {
    own,
    know,
    async peek() {
      if (!(await know())) await cool(cx, patience);
    },
    async begin(grant, moment) {
      const { exchange: input, ...said } = grant;
      if (input !== undefined && !convention.exchange)
        throw new SessionError("ERR_UNSUPPORTED", "This server has no exchange.");
      const checked = await checkUser(said, settings.schema);
      const got = input === undefined ? undefined : await cx.ask("exchange", { input, signal: cx.signal() });
      if (got === null) throw new SessionError("ERR_BAD_REPLY", "An exchange must bring a grant, or reject.");
      // The server's word counts. What it does not say, such as who the user is, the caller may know. Nothing is assigned:
      // a setter of Object.prototype would see the tokens.
      const words = Object.entries(got?.grant ?? {}).filter(([, value]) => value != null);
      const whole = { ...checked, ...Object.fromEntries(words) };
      const told = readGrant(whole, got ?? moment, "ERR_INVALID_OPTION", proof);
      proof?.begin();
      await open(told, "this-tab");
      if (!cx.live()) kernel.dispatch({ type: "nobody" });
    },
    restore,
    retry() {
      if (asking && !patience) void restore();
    },
    stop() {
      asking = NEVER;
      cancel();
    },
  };
}
