import type { SharedRecord } from "../../../src/core/record.js";
import type { LoggedRequest } from "../../../src/testing/network.js";
import type { ServerSession } from "../../../src/testing/server.js";
import { recordOf, runs, type Seat } from "../seat.js";
import type { Invariant, View } from "./oracle.js";
import { last, served, sessionOf } from "./wire.js";

/**
 * I-kept: nobody is signed out by mistake. A tab that showed a live session and shows its end has a cause for it: a
 * sign-out, a limit (I-idle and I-abs look at those), a server that has ended the session, or somebody who signed in.
 *
 * Aside: sign-ins and sign-outs at the same moment in several tabs, whose replies take one another's cookies. An end that a
 * stranger on the channel or in the storage forged is acted on, because not acting costs a session. So is that of another
 * session of the same number, where the storage lied or was cleared.
 */
export const kept: Invariant = (view) => {
  let signOuts = 0;
  /** Sessions whose tokens nobody had any more. A tab that stands still learns of their end later. */
  const lost = new Set<string | undefined>();
  /** The browser still has the cookies of a session: no sign-in or sign-out, in whatever tab, has taken them. */
  const hasCookies = (session: ServerSession) =>
    view.machine.network.cookies.get("sid") === (session as unknown as { sid: string }).sid;
  /** What the server calls the sessions that were written down under a number. */
  const markers = new Map<number, Set<string>>();
  const count = ({ epoch, marker }: SharedRecord) =>
    markers.set(epoch, (markers.get(epoch) ?? new Set()).add(marker));
  /**
   * Two sessions came to one number, in storage that failed, lied or was cleared, or in the memory of tabs that had not heard
   * of one another: an end, and a late refusal, name that alone.
   */
  const ambiguous = (seat: Seat) => {
    const { epoch = 0 } = recordOf(seat) ?? {};
    return (
      (view.broken() || view.islands()) && [epoch - 1, epoch].some((it) => (markers.get(it)?.size ?? 0) > 1)
    );
  };
  return {
    wrote(_, __, after) {
      if (after?.live) count(after);
    },
    called({ name }) {
      if (name === "logout") signOuts++;
    },
    shown(seat, before) {
      const { state, marker } = seat;
      const record = recordOf(seat);
      if (record?.live) count(record);
      if (before.status !== "active" && before.status !== "warning") return;
      if (forged(view)) return;
      const mistaken = (why: string) => view.fail("I-kept", `${seat.name} is signed out by mistake: ${why}`);
      // Somebody signs in, and the limits of that session are past before the tab shows it: the clock was set, or the
      // page stood still. A disk that hangs is given two seconds.
      const { setForward, now } = view;
      const late = setForward(now() - 5000, now()) || now() - seat.runningSince < 2100;
      if (state.status === "unknown" && late) return;
      if (state.status === "signed-out" || state.status === "unknown")
        return mistaken(`it shows ${state.status} after a live session`);
      if (state.status !== "ended") return;
      const session = sessionOf(marker, view.machine);
      switch (state.reason) {
        case "logout":
          if (!signOuts) mistaken("nobody signed out");
          return;
        case "rejected":
          if (view.setting.server === "oauth2") {
            if (lostTokens(view)) lost.add(seat.prefix);
            if (view.machine.server.sessions.every((it) => !it.over) && !lost.has(seat.prefix))
              mistaken("the server has ended no session");
          } else if (session && !session.over && hasCookies(session) && !ambiguous(seat))
            mistaken("the server has not ended the session");
          return;
        case "idle":
        case "absolute":
          if (ambiguous(seat)) return;
          if (state.origin === "server" && session && hasCookies(session) && session.over !== state.reason)
            mistaken(`the server has not ended the session as ${state.reason}`);
          return;
        default:
          if (view.machine.server.sessions.length < 2 && !view.broken() && view.setting.storage !== "memory")
            mistaken("nobody else signed in");
      }
    },
  };
};

/**
 * Tokens are in the memory of tabs, and nowhere else: those of whoever signed in or refreshed last are lost with that tab,
 * unless it has handed them over, and out of reach while it stands still. Then what has expired is over.
 */
function lostTokens(view: View): boolean {
  // A stranger has put old ciphertext, or an old hand-over, in the place of the new.
  if (view.lastAction("replay") >= 0) return true;
  if (view.setting.channel === "missing" || view.setting.storage === "memory" || view.broken()) return true;
  const asked = (fits: (it: LoggedRequest) => boolean) =>
    view.seat(last(view.machine.network.log, (it) => it.path === "/token" && fits(it))?.tab ?? "");
  const signedIn = last(view.calls, (it) => it.name === "signIn");
  // What was given up on the way back was answered, and brought nobody anything.
  const holders = [asked(served), asked((it) => it.outcome === 200), signedIn?.seat];
  return (
    holders.some((seat) => seat && (!runs(seat) || view.now() - seat.runningSince < 2000)) ||
    (["loseMessage", "lateMessage", "reorder"] as const).some((kind) => view.lastFault(kind) >= 0)
  );
}

function forged(view: View): boolean {
  return ["forgedEnd", "forgedRecord"].some((what) => view.lastAction(what as never) >= 0);
}
