import type { LoggedRequest } from "../../../src/testing/network.js";
import { isLive, recordOf, runs, type Seat } from "../seat.js";
import { noticed } from "./noticed.js";
import type { Invariant } from "./oracle.js";
import { isApi, leftOver, served, sessionOf } from "./wire.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A session past its limit may still be shown for so long: one last look is taken. */
const GRACE = SECOND + 100;

interface Use {
  /** The last thing that may have counted as activity; the session is over so long after it. */
  latest: number;
  /** Activity that counted for certain, by tab; and whether it is on record, for the others to see. */
  readonly certain: Map<Seat, { at: number; written: boolean }>;
  /** For how long the user had been idle when the session was found at the server, which does not tell. */
  readonly foundAfter: number;
}

/**
 * I-idle: no tab ends as idle while any tab had activity within the timeout; no running tab stays signed in more than a
 * second past the deadline, and none uses the session after it.
 *
 * Activity is what the user does in a running tab before the deadline, unless the idle warning is open; a sign-in;
 * "stay signed in"; and a hold for as long as it lasts. Nothing else is told to the server as activity. Aside: clocks
 * that are set forward look like time that has passed, and clocks that are set back between two tabs' looks make activity
 * look younger, each by as much as they were set. The server is taken to know of activity that it was not told of where
 * a tab is gone that was telling it, or had no disk as that came to nothing, or where nothing is on disks and the others
 * did not hear of that.
 * Throttled timers are late; a page that wakes up looks within a minute where it is visible, and when its timer is due
 * where it is hidden. Activity that was not on record yet (a tenth of the limit, a minute at most) when its tab stopped
 * is unknown to the others, and so is all that a disk lost.
 */
export const idle: Invariant = (view) => {
  const { setting } = view;
  const uses = new Map<string, Use>();
  const told = setting.server === "oauth2" ? undefined : setting.idle;
  const limit = Math.min(setting.ownIdle ?? Number.POSITIVE_INFINITY, told ?? Number.POSITIVE_INFINITY);
  const timeout = limit < Number.POSITIVE_INFINITY ? limit : 15 * MINUTE;

  function usage(prefix: string | undefined): Use | undefined {
    return prefix === undefined ? undefined : uses.get(prefix);
  }
  const signingIn = new Set<Seat>();
  /** When a tab last put on record that it tells the server. */
  const claimedAt = new Map<Seat, number>();
  /** When anybody last did what may count; when a touch was last sent that the server has confirmed. */
  let usedAt = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  const touches: LoggedRequest[] = [];
  /** What looked for a session when it was sent, or asked about this one: it finds another one, or none was known. */
  const asksAbout = new Map<LoggedRequest, string | undefined>();
  /**
   * The limits that the server has named: at a sign-in, at a touch, at a refresh, and what was left of it when a tab
   * found the session. What it says of one that is known tells how long the user has been idle, and of no limit.
   */
  function named(limit: number): boolean {
    return view.machine.network.log.some((request) => {
      const { epoch, idleExpiresIn } = (request.answer?.body ?? {}) as {
        epoch?: number;
        idleExpiresIn?: number;
      };
      const known = request.path === "/session" && asksAbout.get(request) === String(epoch);
      return !known && idleExpiresIn !== undefined && Math.abs(idleExpiresIn * SECOND - limit) < 1;
    });
  }
  const extending = new Set<Seat>();
  /** What was told, and when, is on record for all to see. */
  const certain = () =>
    setting.storage === "indexeddb" &&
    !view.broken() &&
    // A tab that has not heard of a touch takes it for activity elsewhere.
    setting.channel === "there" &&
    (["loseMessage", "lateMessage", "reorder"] as const).every((kind) => view.lastFault(kind) < 0) &&
    !(view.setForward(0, view.now()) + view.setBack(0, view.now()));
  let heldUntil = 0;
  let touchedAt = 0;
  /** Where the record was lost, what one tab knows can come to another as that of a new session. */
  function lastOf(use: Use): number {
    let latest = Math.max(use.latest, heldUntil, touchedAt + use.foundAfter);
    if (view.broken())
      for (const it of uses.values()) latest = Math.max(latest, it.latest, touchedAt + it.foundAfter);
    return latest;
  }
  // Activity in the moment in which a record from before is first seen adds nothing to its stamp.
  // What a stranger has written into the storage may be any activity.
  const deadlineOf = (use: Use, now: number) => {
    const forged = view.lastAction("forgedRecord") >= 0 ? timeout : 0;
    return lastOf(use) + timeout + forged + view.setBack(use.latest - MINUTE, now);
  };

  function begin(prefix: string, seat: Seat, now: number) {
    const { marker, idleTimeout: left } = recordOf(seat) ?? {};
    const session = sessionOf(marker, view.machine);
    // A touch may have come since the answer that it was found by: then what was left is in the record.
    const before = told !== undefined && left !== undefined ? told - left : 0;
    const foundAfter = session ? Math.max(now - session.touchedAt, before) : 0;
    uses.set(prefix, { latest: now, certain: new Map(), foundAfter });
  }

  let checkAt = 0;
  /** Since when a tab goes by the record of one session: where that is in memory, who wakes up may bring one of before. */
  const goesBy = new Map<Seat, { prefix: string; since: number }>();
  return {
    shown(seat, before) {
      const now = view.now();
      const { state, prefix } = seat;
      if (isLive(seat) && prefix && !uses.has(prefix)) {
        begin(prefix, seat, now);
        checkAt = 0;
      }
      // A sign-in whose session another tab has found already goes on with that, and is activity.
      const use = usage(prefix);
      if (use && isLive(seat) && signingIn.has(seat)) use.latest = now;
      if (state.status !== "ended" || state.reason !== "idle") return;
      if (before.status !== "active" && before.status !== "warning") return;
      if (!use || state.origin !== "this-tab") return;
      const allowed = Math.min(timeout, recordOf(seat)?.idleTimeout ?? timeout);
      for (const [actor, { at, written }] of use.certain) {
        if (actor !== seat && (!written || lostOnDisk(at))) continue;
        // Nothing connects the tabs, and a sign-in has put another record in the place of the one that said so.
        const apart =
          actor !== seat && (setting.channel === "missing" || view.lastFault("loseMessage") >= at);
        if (apart && view.calls.some((it) => it.name === "signIn" && (it.settledAt ?? 0) >= at)) continue;
        // That the server was not told of it was not kept.
        if (view.lastFault("diskLie") >= at) continue;
        // It was about to tell the server: what the server knows counts.
        const claimed = Math.max(at, claimedAt.get(actor) ?? at);
        if (!runs(actor) && actor.stoppedAt - claimed < 2 * SECOND) continue;
        // So was another tab, for all of them.
        if (abandoned(at)) continue;
        // Of a session that somebody else wrote into the storage a tab knows what is written there.
        if (view.lastAction("forgedRecord") >= 0) continue;
        // A step forward of up to a second waits until more has come together, and may have waited since before.
        const waited = Math.min(SECOND, view.setForward(0, at));
        const elapsed = now - at + view.setForward(at, now) + waited;
        if (elapsed < allowed - GRACE)
          view.fail(
            "I-idle",
            `${seat.name} ends as idle ${elapsed} ms after the user was active in ${actor.name}`,
          );
      }
    },
    acted({ what, with: more }, seat) {
      const now = view.now();
      // Also one that began before there was a session.
      if (seat && what === "hold") heldUntil = Math.max(heldUntil, now + Number(more));
      if (what === "hold" || what === "act") usedAt = Math.max(usedAt, heldUntil, now);
      if (!seat || what !== "act") return;
      const { state } = seat;
      // Also in a tab that has read the record, and does not show it yet.
      const reading = state.status === "unknown" && recordOf(seat)?.live === true;
      if (!isLive(seat) && !reading) return;
      const use = usage(recordOf(seat)?.prefix);
      if (!use) return;
      if (state.status === "warning" && state.limit === "idle") return;
      if (now < deadlineOf(use, now)) use.latest = Math.max(use.latest, now);
      if (reading || !seat.loaded) return;
      // Sure to count: nobody can have taken it for late, or for a stray movement under a warning.
      const since = [...use.certain.values()].reduce(
        (last, it) => Math.max(last, it.at),
        seat.liveSince ?? now,
      );
      const warning = Math.min(2 * MINUTE, timeout / 2);
      if (
        now - since + view.setForward(0, now) <
        Math.min(timeout - warning, recordOf(seat)?.idleTimeout ?? 0) / 2
      )
        use.certain.set(seat, { at: now, written: false });
    },
    wrote(seat, before, after) {
      // Cleared storage has a session found again that is known here.
      const strange = view.broken() || told === undefined;
      if (after?.live && after.idleTimeout !== before?.idleTimeout && !strange && !named(after.idleTimeout))
        view.fail(
          "I-idle",
          `${seat.name} writes an idle limit of ${after.idleTimeout} ms, which nobody has named`,
        );
      const use = usage(after?.prefix);
      const act = use?.certain.get(seat);
      if (act && after && after.activityAt !== before?.activityAt) act.written = true;
      if (after && after.touchedAt !== before?.touchedAt) claimedAt.set(seat, view.now());
      // A sign-in may be written by a session that is destroyed meanwhile, and shows nothing of it.
      if (use && after?.live && signingIn.has(seat)) use.latest = Math.max(use.latest, view.now());
    },
    settled({ seat, name, error, settledAt }) {
      if (name === "signIn") signingIn.delete(seat);
      if (name === "extend") extending.delete(seat);
      if (name === "extend" || name === "signIn") usedAt = Math.max(usedAt, settledAt as number);
      if (error !== undefined) return;
      const prefix = recordOf(seat)?.prefix;
      // The same user signed in again: that shows no change.
      if (name === "signIn" && prefix && !uses.has(prefix)) begin(prefix, seat, settledAt as number);
      const use = usage(prefix);
      if (!use) return;
      if (name === "extend" || name === "signIn") use.latest = Math.max(use.latest, settledAt as number);
      if (name === "token") inUse(seat, "hands out a token");
    },
    done(request) {
      if (request.path !== "/session/touch") return;
      if (request.outcome !== 200 || !served(request)) return;
      // It is claimed before it is sent, a slow disk before: what happens in between is not told by it.
      const seat = view.seat(request.tab);
      if (!seat || seat.runningSince >= request.at - 2 * SECOND) return;
      const claimed = Math.min(request.at - SECOND, claimedAt.get(seat) ?? 0);
      toldAt = Math.max(toldAt, claimed);
    },
    called({ seat, name }) {
      if (name === "signIn") signingIn.add(seat);
      if (name === "extend") extending.add(seat);
      if (name === "extend" || name === "signIn") usedAt = Math.max(usedAt, view.now());
      // From here on it may count, whenever the server agrees.
      const use = name === "extend" ? usage(recordOf(seat)?.prefix) : undefined;
      if (use && isLive(seat) && view.now() < deadlineOf(use, view.now()))
        use.latest = Math.max(use.latest, view.now());
    },
    sent(request) {
      const seat = view.seat(request.tab);
      if (!seat) return;
      if (request.path === "/session" && isLive(seat)) asksAbout.set(request, recordOf(seat)?.marker);
      // A server that is told late counts from then on, and says so to all: cookies are the browser's. But not one that is
      // told when the time is up.
      if (request.path === "/session/touch") {
        touches.push(request);
        const use = usage(recordOf(seat)?.prefix);
        if (!use || request.at <= deadlineOf(use, request.at) + GRACE) touchedAt = request.at + 50;
        // Of a session that was found, it may know of activity that no tab does: that is placed too late, by as much as the
        // user had been idle by then, and looks like one that it was not told of.
        const found = (use?.foundAfter ?? 0) > SECOND;
        if (usedAt < toldAt && !extending.size && certain() && !found)
          view.fail(
            "I-idle",
            `${seat.name} tells the server of activity that nobody has had since the last time`,
          );
      }
      // What its worker was asked before both stood still, nobody could call off.
      if (isApi(request) && !leftOver(request, view)) inUse(seat, `sends ${request.path}`);
    },
    stepped(now) {
      if (now < checkAt) return;
      checkAt = now + 500;
      for (const seat of view.seats) {
        if (!runs(seat) || !isLive(seat)) continue;
        const prefix = recordOf(seat)?.prefix;
        const use = usage(prefix);
        if (!use || !prefix || seat.runningSince + GRACE > now) continue;
        const going = goesBy.get(seat);
        if (going?.prefix !== prefix) {
          goesBy.set(seat, { prefix, since: now });
          continue;
        }
        if (going.since + GRACE > now) continue;
        const deadline = noticed(view, seat, lastOf(use), deadlineOf(use, now));
        if (now > deadline + GRACE)
          view.fail("I-idle", `${seat.name} is signed in ${now - deadline} ms past the idle deadline`);
      }
    },
  };

  function inUse(seat: Seat, what: string) {
    const now = view.now();
    const use = usage(recordOf(seat)?.prefix);
    if (use && isLive(seat) && now > deadlineOf(use, now) + GRACE)
      view.fail("I-idle", `${seat.name} ${what} ${now - deadlineOf(use, now)} ms past the idle deadline`);
  }

  /** A touch came to nothing, and its tab could not give the claim back: it is gone, stands still, or has nobody's ear. */
  function abandoned(at: number): boolean {
    return touches.some((it) => {
      if (it.at < at || (it.outcome === 200 && served(it))) return false;
      const seat = view.seat(it.tab);
      if (!seat) return false;
      // Nothing is on record, and those whom its word does not reach go by the claim.
      if (setting.storage === "memory" && view.lastFault("loseMessage") >= it.at) return true;
      // A disk that is slow has a second, and then two.
      const slow = Math.max(view.lastFault("diskSlow"), view.lastFault("diskHang")) >= it.at;
      const toWrite = slow ? 4 * SECOND : SECOND;
      return runs(seat) ? slow : seat.stoppedAt < (it.doneAt ?? view.now()) + toWrite;
    });
  }

  function lostOnDisk(at: number): boolean {
    const faults = ["diskLie", "diskError", "diskHang", "diskSlow"] as const;
    const actions = ["clearDisk", "badRecord", "forgedRecord"] as const;
    return (
      setting.storage === "memory" ||
      faults.some((kind) => view.lastFault(kind) >= at - MINUTE) ||
      actions.some((what) => view.lastAction(what) >= at)
    );
  }
};
