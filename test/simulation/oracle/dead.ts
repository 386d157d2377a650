import { inWorker } from "../schedule.js";
import { isLive, recordOf, runs, type Seat } from "../seat.js";
import type { Invariant, View } from "./oracle.js";
import { isAbroad, isEnd, isExchange, isRefresh, leftOver, TO_WORKER } from "./wire.js";

/** How long the news of an end may take to a tab that runs. */
const NEWS = 1000;
/** How long it takes to write down, and to tell, that a second is over. */
const MOMENT = 100;
/** How late a throttled timer is at most. */
const MINUTE = 60_000;
const FINAL = new Set(["logout", "idle", "absolute", "rejected"]);

/** The end of a session: who said so first, and who has shown it since. */
interface End {
  readonly at: number;
  readonly by: Seat;
  readonly heard: { readonly seat: Seat; readonly at: number }[];
}

interface Owed {
  readonly seat: Seat;
  readonly prefix: string;
  readonly by: Seat;
  readonly at: number;
}

/**
 * I-dead: after the end anywhere, every running tab has seen it within a second, and every suspended one before it
 * shows anything. A tab that shows the end hands out nothing and sends nothing but the end itself and questions. What
 * has ended never lives again.
 *
 * Aside: tabs that the word of the end did not reach, and end by their own limits: no channel, messages lost or late within
 * the last minute, storage that was cleared or forged at any time.
 * A tab that takes up a session while another one ends it, and is gone in the task in which it said so. A page that comes
 * back to storage that is broken, cleared or forged. Nothing is promised about the second life of a session whose end was
 * kept nowhere for certain: storage in memory, a lying or broken disk, an end that a stranger announced.
 */
export const dead: Invariant = (view) => {
  const owed: Owed[] = [];
  const ended = new Map<string, End>();
  /** Sessions whose end was the last word of a tab, which nobody could see. */
  const lastWords = new Set<string>();
  /** Sessions that go on, for whoever knew of their end is gone. Some tab may have it from them, and no word for it. */
  const secondLife = new Set<string>();

  const owe = (seat: Seat, prefix: string, by: Seat, at: number) => owed.push({ seat, prefix, by, at });
  const unheard = (since: number) =>
    view.setting.channel === "missing" ||
    Math.max(view.lastAction("forgedRecord"), view.lastAction("badRecord"), view.lastAction("clearDisk")) >=
      0 ||
    Math.max(view.lastFault("loseMessage"), view.lastFault("lateMessage")) >= since - 60_000;

  /** It was told that it stood still, and of its return; the session that it still has had ended by then, on record. */
  const overWhileAway = (seat: Seat): boolean => {
    if (!ended.size || !isLive(seat) || !runs(seat)) return false;
    const end = ended.get(recordOf(seat)?.prefix ?? "");
    if (!end || unwritten(end) || excused(view)) return false;
    // An end takes a moment to be on record; where that was the last word of a tab, a second more.
    // And where that tab stood still since, when it is back.
    const { stoppedAt, runningSince } = end.by;
    const stood = stoppedAt >= end.at && stoppedAt < end.at + 3 * NEWS;
    const gone = !runs(end.by) && stoppedAt < end.at + NEWS;
    const onRecord = (stood && runs(end.by) ? runningSince : end.at) + MOMENT + (gone ? NEWS : 0);
    return seat.cameBackAt > onRecord && end.at > seat.suspendedAt;
  };

  return {
    shown(seat, before) {
      const now = view.now();
      const { state, prefix } = seat;
      const wasLive = before.status === "active" || before.status === "warning";
      if (isLive(seat) && prefix && !wasLive) {
        const end = ended.get(prefix);
        if (end && unwritten(end)) {
          secondLife.add(prefix);
          return void ended.delete(prefix);
        }
        // The news is on its way. (Of a tab that died with its word on its lips: whoever heard it writes it down a
        // second later. A tab that stood still untold takes in what came meanwhile one after the other.)
        if (end && now - Math.max(end.at, seat.runningSince) < NEWS + 500) {
          if (!excused(view) && !unheard(now) && !lastWords.has(prefix)) owe(seat, prefix, end.by, now);
        } else if (end && !excused(view))
          view.fail("I-dead", `${seat.name} shows a session that ${end.by.name} has shown the end of`);
      }
      if (state.status !== "ended" || !FINAL.has(state.reason)) return;
      const own = wasLive ? prefix : recordOf(seat)?.prefix;
      // What a page makes of its own end is seen by nobody, and heard by nobody: its channel is closed, or not open yet.
      if (own && !runs(seat)) lastWords.add(own);
      if (!wasLive || !prefix || !runs(seat)) return;
      const known = ended.get(prefix);
      if (known) return void known.heard.push({ seat, at: now });
      const others = view.seats.filter(
        (other) => other !== seat && runs(other) && isLive(other) && recordOf(other)?.prefix === prefix,
      );
      ended.set(prefix, { at: now, by: seat, heard: [{ seat, at: now }] });
      const unsaid = lastWords.has(prefix) || secondLife.has(prefix);
      if (unheard(now) || (unsaid && state.origin === "other-tab")) return;
      for (const other of others) owe(other, prefix, seat, now);
    },
    stepped(now) {
      // An end that a stranger announced is written down a second later, by who believed it. And who opened too late to
      // be told reads it, and gives a disk that hangs a second.
      const later = (at: number) => view.lastAction("forgedEnd") >= 0 || view.lastFault("diskHang") >= at;
      // Whoever heard the last word of a tab that died with it writes that down when the second is over.
      const dying = ({ by, at }: Owed) => !runs(by) && by.stoppedAt < at + NEWS;
      // Who is refused says so as that is written, shows it when it is, and gives a slow disk a second, then two.
      const slow = ({ at }: Owed) => view.lastFault("diskSlow") >= at - MOMENT;
      // And not before its timers do, where those are late.
      const throttled = (it: Owed) =>
        dying(it) &&
        ended.get(it.prefix)?.heard.every(({ seat }) => !runs(seat) || seat.throttledSince !== undefined);
      const patience = (it: Owed) =>
        (slow(it) ? 3 : later(it.at) ? 2 : 1) * NEWS +
        (dying(it) || slow(it) || lastWords.has(it.prefix) || secondLife.has(it.prefix) ? MOMENT : 0) +
        (throttled(it) ? MINUTE : 0);
      const lied = (at: number) => view.lastFault("diskLie") >= at - MOMENT;
      while (owed[0] && now > owed[0].at + patience(owed[0])) {
        const { seat, prefix, by, at } = owed.shift() as Owed;
        if (!runs(seat) || seat.runningSince > at || !isLive(seat) || unheard(at) || lied(at)) continue;
        const end = ended.get(prefix);
        if (recordOf(seat)?.prefix === prefix && !(end && unwritten(end)))
          view.fail("I-dead", `${seat.name} has not seen the end that ${by.name} showed ${now - at} ms ago`);
      }
      for (const seat of view.seats) {
        // Nothing of an ended session is shown by then.
        if (!seat.tab.curtain && overWhileAway(seat))
          view.fail("I-dead", `${seat.name} is back and shows a session that ended while it was away`);
      }
    },
    sent(request) {
      const seat = view.seat(request.tab);
      if (!seat) return;
      const back = overWhileAway(seat);
      if (!back && (seat.state.status !== "ended" || seat.since >= request.at)) return;
      if (isEnd(request) || request.path === "/session" || request.path === "/login") return;
      if (isAbroad(request) || isExchange(request)) return;
      // What was asked for before, and is called off, may be on its way to the worker, or it may wake up with it.
      if (inWorker(view.setting) && (request.at - seat.since < TO_WORKER || leftOver(request, view))) return;
      // A server that cannot be asked: a start finds out by a refresh whether somebody is signed in.
      if (isRefresh(request) && view.setting.server !== "bff") return;
      const when = back ? "is back after the end" : "shows the end";
      view.fail("I-dead", `${seat.name} ${when} and sends ${request.path}`);
    },
    settled({ seat, name, value, error, settledAt }) {
      if (error !== undefined || (name !== "token" && name !== "fetch")) return;
      if (seat.state.status !== "ended" || seat.since >= (settledAt as number)) return;
      const status = (value as { status?: number } | undefined)?.status;
      if (name === "token" || status === 200)
        view.fail(
          "I-dead",
          `${seat.name} shows the end and hands out a ${name === "token" ? "token" : "reply"}`,
        );
    },
  };
};

/** Who ended it died before it could write that down, and so did whoever heard its last word. */
const unwritten = ({ heard }: End): boolean =>
  heard.every(({ seat, at }) => !runs(seat) && seat.stoppedAt < at + 3 * NEWS);

/** The end may not have been kept anywhere. */
function excused(view: View): boolean {
  return view.setting.storage === "memory" || view.broken() || view.lastAction("forgedEnd") >= 0;
}
