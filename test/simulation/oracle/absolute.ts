import { inWorker } from "../schedule.js";
import { type Call, isLive, recordOf, runs, type Seat } from "../seat.js";
import { noticed } from "./noticed.js";
import type { Invariant } from "./oracle.js";
import { isExchange, last, sessionOf } from "./wire.js";

const SECOND = 1000;
const GRACE = SECOND + 100;

/**
 * I-abs: nothing moves the absolute deadline, and no running tab stays signed in more than a second past it. (What is
 * written to the record is watched by I-fence.)
 *
 * Aside: as for the idle limit. Where the storage was lost, what is found at the server is a new beginning for an
 * application's own limit; the server's goes on.
 */
export const absolute: Invariant = (view) => {
  const { setting } = view;
  const begun = new Map<string, number>();
  /** When the application asked for it. */
  const asked = new Map<string, number>();
  /** A session that a worker gets for a code begins with the exchange. */
  const beginning = ({ seat, at }: Pick<Call, "seat" | "at">) =>
    (inWorker(setting) &&
      last(view.machine.network.log, (it) => isExchange(it) && it.tab === seat.name)?.at) ||
    at;
  const signingIn = (seat: Seat) =>
    last(view.calls, (it) => it.seat === seat && it.name === "signIn" && it.settledAt === undefined);
  const server = setting.server === "oauth2" ? 480 * 60 * SECOND : setting.absolute;
  const timeout = Math.min(server, setting.ownAbsolute ?? Number.POSITIVE_INFINITY);
  let checkAt = 0;
  return {
    shown(seat, before) {
      const now = view.now();
      const { state, prefix } = seat;
      if (isLive(seat) && prefix && !begun.has(prefix)) {
        const told = signingIn(seat);
        // One that came too late is not of this session.
        const session = sessionOf(seat.marker, view.machine);
        const fits = told && told.at >= (session?.startedAt ?? 0);
        begun.set(prefix, fits ? beginning(told) : now);
        if (told) asked.set(prefix, told.at);
      }
      if (state.status !== "ended" || state.reason !== "absolute" || !prefix) return;
      if (before.status !== "active" && before.status !== "warning") return;
      const began = begun.get(prefix) ?? now;
      // A sign-in counts from when it was told, a restored session from when the server said so.
      const session = sessionOf(seat.marker, view.machine);
      const from = Math.min(began, session?.startedAt ?? began, asked.get(prefix) ?? began);
      if (now - from + view.setForward(from, now) < timeout - 2 * GRACE)
        view.fail(
          "I-abs",
          `${seat.name} ends at the absolute limit ${Math.round(now - from)} ms after the beginning`,
        );
    },
    // Also by a tab that shows nothing any more.
    wrote(seat, before, after) {
      const told = after?.live && before?.prefix !== after.prefix && signingIn(seat);
      if (told) asked.set(after.prefix, told.at);
    },
    settled({ seat, name, at, error }) {
      const prefix = name === "signIn" && error === undefined && recordOf(seat)?.prefix;
      if (!prefix || begun.has(prefix)) return;
      begun.set(prefix, beginning({ seat, at }));
      asked.set(prefix, at);
    },
    stepped(now) {
      if (now < checkAt) return;
      checkAt = now + 500;
      for (const seat of view.seats) {
        if (!runs(seat) || !isLive(seat) || seat.runningSince + GRACE > now) continue;
        const prefix = recordOf(seat)?.prefix ?? "";
        const began = begun.get(prefix);
        // The same user signed in again: that shows no change.
        if (began === undefined) {
          begun.set(prefix, now);
          continue;
        }
        // Two tabs that could not write down what each found count from either.
        const found = view.broken() ? 2 * SECOND : 0;
        const deadline =
          noticed(view, seat, began, began + timeout + view.setBack(began, now)) + GRACE + found;
        if (now > deadline)
          view.fail("I-abs", `${seat.name} is signed in ${now - deadline} ms past the absolute limit`);
      }
    },
  };
};
