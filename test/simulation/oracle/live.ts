import { SessionError } from "../../../src/errors.js";
import { type Call, gone, ranFor, type Seat } from "../seat.js";
import type { Invariant } from "./oracle.js";

/** Of a request, and of a body. */
const FAULTS = new Set(["Failed to fetch", "network error"]);

/**
 * I-live: every call settles, with a value or a `SessionError`, within a bounded time in which its tab runs. A session that
 * was started is at work by then, also where the part that acts was slow to load, or did not load at once.
 *
 * Aside: `fetch` passes on what the application's own request came to: a network fault, or nothing for as long as the
 * server says nothing.
 */
export const live: Invariant = (view) => {
  const pending = new Set<Call>();
  const bound = view.setting.requestTimeout * 6 + 30_000;
  /** Every time-out of a page with throttled timers takes a minute. */
  const allowed = (seat: Seat) => bound * (seat.throttledSince === undefined ? 1 : 10);
  let checkAt = 0;

  const hangs = ({ seat, name }: Call) =>
    name === "fetch" &&
    view.machine.network.inFlight.some((it) => it.tab === seat.name && it.path.startsWith("/api/"));

  function overdue(now: number) {
    for (const call of pending) {
      const { seat, name, ranBefore } = call;
      if (gone(seat) && !seat.destroyed) pending.delete(call);
      else if (!seat.suspended && ranFor(seat, now) - ranBefore > allowed(seat) && !hangs(call))
        view.fail("I-live", `${seat.name} has been waiting for ${name} for ${now - call.at} ms`);
    }
    for (const seat of view.seats)
      if (!seat.loaded && !gone(seat) && ranFor(seat, now) > allowed(seat))
        view.fail("I-live", `${seat.name} is not at work after ${ranFor(seat, now)} ms`);
  }

  return {
    called: (call) => void pending.add(call),
    settled(call) {
      pending.delete(call);
      const { seat, name, error } = call;
      if (error === undefined || error instanceof SessionError) return;
      if (name === "fetch" && error instanceof TypeError && FAULTS.has(error.message)) return;
      view.fail("I-live", `${seat.name}: ${name} rejects with ${error}`);
    },
    stepped(now) {
      if (now < checkAt) return;
      checkAt = now + 5000;
      overdue(now);
    },
    healed: () => overdue(view.now()),
  };
};
