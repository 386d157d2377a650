import type { LoggedRequest } from "../../../src/testing/network.js";
import { inWorker } from "../schedule.js";
import { ranFor, runs, type Seat } from "../seat.js";
import type { Invariant, View } from "./oracle.js";
import { aimOf, credentialOf, isRefresh, keyOf, last, leftOver, served, strayed } from "./wire.js";

/** So long at most does it take to write down what a refresh has brought. */
const TO_WRITE = 50;

/**
 * I-once: a refresh credential is sent again only if its earlier outcome is unknown, and then with the same
 * idempotency key; the server never takes a refresh for a theft.
 *
 * Aside: tabs that nothing connects, or whose common record was lost, have keys of their own. A server that has forgotten
 * the rotation by then (`grace`), or remembers none: a lost reply costs the session there, as the documentation says. So
 * does one with cookies that comes to a page that stands still after those of the next refresh.
 */
export const once: Invariant = (view) => {
  const sent = new Map<string, LoggedRequest[]>();
  let reuses = 0;
  const tookOver = (it: LoggedRequest, earlier: LoggedRequest) =>
    it.tab !== earlier.tab && it.at >= earlier.at && keyOf(it) === keyOf(earlier);
  const session = (request: LoggedRequest) => keyOf(request)?.replace(/\.\d+$/, "");

  /** The reply of a rotation did not come back in time to be repeated. */
  const forgotten = (credential: string, request: LoggedRequest, now: number) =>
    (sent.get(credential) ?? []).some(
      (it) =>
        served(it) &&
        // Not before this one was sent, or as its page woke up, too late to be written down.
        // Or all tabs have the token, and what came of it was lost with the record.
        (it.outcome !== 200 ||
          (it.path === "/token" && (view.broken() || view.islands())) ||
          (it.doneAt as number) > request.at - 1000 ||
          // Or it was robbed of the lock since, and must not write it down any more.
          view.machine.locks.thefts.some((theft) => theft.from === it.tab && theft.at >= it.at) ||
          view.seat(it.tab)?.tab.life !== "running" ||
          // Or it stood still in the moment in which it had the reply, and has just woken up.
          stoodStill(it, request) ||
          // Or this is what its worker was asked before it stood still with its page.
          (leftOver(request, view) && keyOf(it) === keyOf(request)) ||
          // Or its session was destroyed before it could.
          destroyedAt(it) - (it.doneAt as number) < TO_WRITE ||
          // Or the only tab that knew of it: what is in memory goes with its session.
          (view.setting.storage === "memory" && view.seat(it.tab)?.destroyed)) &&
        (now - (it.arrivedAt as number) >= view.setting.grace - 100 ||
          view.islands() ||
          view.broken() ||
          // Known to a tab that is gone, and to nothing else.
          (view.setting.storage === "memory" && session(it) !== session(request)) ||
          // Given up while it looked if anybody was there, at a server that can only be refreshed.
          (view.setting.server === "refresh" && session(it) !== session(request)) ||
          overtaken(it, request)),
    );

  const destroyedAt = ({ tab }: LoggedRequest) => {
    const seat = view.seat(tab);
    return seat?.destroyed ? seat.stoppedAt : Number.POSITIVE_INFINITY;
  };
  /** For how long the page had been running, in all, when its refresh ended. */
  const ranAt = new Map<LoggedRequest, number>();
  const stoodStill = (it: LoggedRequest, request: LoggedRequest) => {
    const seat = view.seat(it.tab);
    const { stoppedAt = 0, runningSince = 0 } = seat ?? {};
    const doneAt = it.doneAt as number;
    if (seat && runningSince > doneAt && ranFor(seat, view.now()) - (ranAt.get(it) ?? 0) < TO_WRITE)
      return true;
    // Whoever took over meanwhile may have had no luck, and then it is asked for again when it is due.
    const takenOver = (other: LoggedRequest) =>
      other.tab !== it.tab && keyOf(other) === keyOf(it) && other.at > doneAt && other.at < runningSince;
    const soon = runningSince > request.at - 1000 || view.machine.network.log.some(takenOver);
    return stoppedAt >= doneAt && stoppedAt - doneAt < TO_WRITE && soon;
  };

  /**
   * Meanwhile a page took in a sign-in that was over at the server by then, for somebody else had signed in: it had stood
   * still. The tabs go over to that one, find the other session at the server again, and have another name for it. So they
   * have where an application did not wait for its own sign-out with a sign-in.
   */
  const overtaken = (earlier: LoggedRequest, request: LoggedRequest) => {
    if (session(earlier) === session(request)) return false;
    const since = view.calls.filter(({ name, at }) => name === "signIn" && at <= request.at);
    // Since then it may have been for the other one to be taken in late, and that is when the name changes.
    const lately = ({ settledAt = view.now() }: View["calls"][number]) => settledAt >= earlier.at - 1000;
    return since.some(lately) && (since.some(isOver) || since.some(besideSignOut));
  };
  const besideSignOut = ({ seat, at }: View["calls"][number]) =>
    view.calls.some(
      (it) => it.seat === seat && it.name === "logout" && it.at <= at && (it.settledAt ?? at) >= at,
    );
  const isOver = ({ seat, at }: View["calls"][number]) => {
    const signIns = view.machine.network.log.filter(
      (it) => it.path === "/login" && served(it) && (it.arrivedAt as number) <= at,
    );
    const arrivals = (own: boolean) =>
      signIns.filter((it) => (it.tab === seat.name) === own).map((it) => it.arrivedAt as number);
    return Math.max(...arrivals(true)) < Math.max(...arrivals(false));
  };

  /**
   * The same key as the rotation that brought this credential (its tab was frozen, and the browser took the cookies all
   * the same): to the server it is that one again, and exchanges nothing.
   */
  const repeats = (request: LoggedRequest) =>
    view.machine.network.log.some(
      (it) =>
        isRefresh(it) &&
        served(it) &&
        keyOf(it) === keyOf(request) &&
        credentialOf(it, view.machine) !== credentialOf(request, view.machine) &&
        (it.arrivedAt as number) <= request.at &&
        request.at - (it.arrivedAt as number) < view.setting.grace - 100,
    );

  /**
   * The cookies that were exchanged since have been put back, by a reply that was late: its page could not call it off, and
   * the browser takes cookies all the same.
   */
  const putBack = (credential: string, culprit: LoggedRequest) => {
    const exchange = sent.get(credential)?.find((it) => it !== culprit && served(it));
    if (!exchange || culprit.path !== "/refresh") return false;
    // Without Web Locks nothing keeps those of two restores apart either, where the server can only be refreshed.
    const apart = view.setting.locks === "there" || view.setting.server !== "refresh";
    const still = (seat: Seat | undefined) =>
      !apart || seat?.tab.life !== "running" || seat.runningSince > exchange.at;
    return view.machine.network.log.some(
      (it) =>
        isRefresh(it) &&
        served(it) &&
        it.at < exchange.at &&
        (it.doneAt ?? view.now()) > exchange.at &&
        still(view.seat(it.tab)) &&
        Object.values(it.answer?.cookies ?? {}).includes(credential),
    );
  };

  /** Another one with these cookies was under way when it was sent. */
  const atOnce = (credential: string, { at, tab }: LoggedRequest) =>
    (sent.get(credential) ?? []).some((it) => it.tab !== tab && it.at < at && (it.doneAt ?? at) >= at);

  /** Nothing but the word of others keeps tabs apart here, and it has just woken up: that word is still to come. */
  const slept = ({ at, tab }: LoggedRequest, earlier: LoggedRequest) => {
    const { runningSince = 0 } = view.seat(tab) ?? {};
    return view.setting.locks !== "there" && runningSince >= earlier.at && at - runningSince < TO_WRITE;
  };

  return {
    done(request) {
      const seat = view.seat(request.tab);
      if (seat && isRefresh(request)) ranAt.set(request, ranFor(seat, view.now()));
    },
    sent(request) {
      const credential = isRefresh(request) && credentialOf(request, view.machine);
      // Whoever names another session than that of the cookies gets nothing for them: somebody signed in meanwhile.
      if (!credential || strayed(request, view.machine)) return;
      const before = sent.get(credential) ?? [];
      sent.set(credential, [...before, request]);
      for (const earlier of before) {
        // Refused, whether that was heard or not: nothing was exchanged, and nothing will be.
        if ([400, 401, 409].some((status) => earlier.answer?.status === status)) continue;
        // Nor for a session that the server has ended.
        if (aimOf(request, view.machine)?.over) continue;
        // Answered, and the browser has the cookies that came with it: it was these.
        if (request.path === "/refresh" && served(earlier) && earlier.outcome === 200) continue;
        // Tabs that do not know of one another's records have keys of their own; and so has, at a server that can only
        // refresh, whoever looks if anybody is there after an end, or without a record.
        const restoring = view.setting.server === "refresh" && session(earlier) !== session(request);
        // Or a page that stood still when it was sent, and nobody is left who knows.
        const knower = view.seat(earlier.tab);
        const left = !knower || !runs(knower);
        const forgot =
          view.setting.storage === "memory" &&
          (session(earlier) !== session(request) || left || slept(request, earlier));
        const alone = view.islands() || view.broken() || restoring || forgot;
        if (keyOf(earlier) !== keyOf(request) && !alone && !repeats(earlier) && !overtaken(earlier, request))
          view.fail(
            "I-once",
            `${request.tab} sends again what ${earlier.tab} sent, with another key: ${keyOf(earlier)}, now ${keyOf(request)}`,
          );
        const known =
          request.path === "/token" &&
          earlier.outcome === 200 &&
          served(earlier) &&
          earlier.tab === request.tab &&
          !view.broken() &&
          // A page that stood still may have given its worker up, which then sent it all the same.
          !(inWorker(view.setting) && keyOf(earlier) === keyOf(request)) &&
          // Without Web Locks nobody is robbed: another tab has raised the attempt, and asked with the same key.
          !(view.setting.locks !== "there" && before.some((it) => tookOver(it, earlier))) &&
          !view.machine.locks.thefts.some((theft) => theft.from === earlier.tab && theft.at >= earlier.at);
        if (known) view.fail("I-once", `${request.tab} sends a refresh token that it has exchanged already`);
      }
    },
    stepped(now) {
      const { metrics } = view.machine.server;
      if (metrics.reuses === reuses) return;
      reuses = metrics.reuses;
      const culprit = last(view.machine.network.log, (it) => isRefresh(it) && it.arrivedAt === now);
      const credential = culprit && credentialOf(culprit, view.machine);
      if (!culprit || !credential || forgotten(credential, culprit, now)) return;
      if (putBack(credential, culprit)) return;
      // Two refreshes at the same time: the reply that comes last sets the cookie, and may be the older one.
      // That of a restore is on record only when it is over, at a server that can only be refreshed.
      const restored = view.setting.server === "refresh" && atOnce(credential, culprit);
      const blind = view.broken() || view.setting.storage === "memory" || restored;
      if (view.setting.locks !== "there" && blind) return;
      view.fail(
        "I-once",
        `the server takes the refresh of ${culprit?.tab} for a theft (${keyOf(culprit as LoggedRequest)})`,
      );
    },
  };
};
