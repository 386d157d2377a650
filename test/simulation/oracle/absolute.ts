import type { Message } from "../../../src/core/message.js";
import type { SharedRecord } from "../../../src/core/record.js";
import { inWorker } from "../schedule.js";
import { type Call, isLive, recordOf, runs, type Seat } from "../seat.js";
import { noticed } from "./noticed.js";
import type { Invariant } from "./oracle.js";
import { isExchange, last, sessionOf } from "./wire.js";

const SECOND = 1000;
const GRACE = SECOND + 100;

type Limited = Pick<SharedRecord, "epoch" | "absoluteAt">;

/**
 * I-abs: nothing moves the absolute deadline, and no running tab stays signed in more than a second past it. (What is
 * written to the record is watched by I-fence.) A session whose tokens were nowhere to be found, and have been renewed,
 * goes on under another name, and under the deadline that it has.
 *
 * Aside: as for the idle limit. Where the storage was lost, what is found at the server is a new beginning for an
 * application's own limit; the server's goes on. Where the disk lied or was cleared, two sessions can have one number, and
 * the word of an end names that alone: the one that is over is looked at where it ends.
 */
export const absolute: Invariant = (view) => {
  const { setting } = view;
  const begun = new Map<string, number>();
  const shownAt = new Map<string, number>();
  /** When the application asked for it. */
  const asked = new Map<string, number>();
  /** A session that a worker gets for a code begins with the exchange. */
  const beginning = ({ seat, at }: Pick<Call, "seat" | "at">) =>
    (inWorker(setting) &&
      last(view.machine.network.log, (it) => isExchange(it) && it.tab === seat.name)?.at) ||
    at;
  /** What the records of the sessions say. */
  const records = new Map<string, Limited>();
  /** The same session under another name: two of one number have each a limit of their own. */
  const renamed = (record: Limited | undefined) =>
    [...records].find(([, it]) => it.epoch === record?.epoch && it.absoluteAt === record.absoluteAt)?.[0] ??
    "";
  const signingIn = (seat: Seat) =>
    last(view.calls, (it) => it.seat === seat && it.name === "signIn" && it.settledAt === undefined);
  /** The word of the end is that of a tab in another session of the same number. */
  const meantAnother = (seat: Seat) => {
    const { epoch = 0 } = recordOf(seat) ?? {};
    const word = last(view.machine.hub.log, ({ data }) => {
      const { type, epoch: raised, reason } = (data ?? {}) as Partial<Message>;
      return type === "ended" && raised === epoch + 1 && reason === "absolute";
    });
    const other = begun.get(view.seat(word?.from ?? "")?.prefix ?? "");
    return other !== undefined && other !== begun.get(seat.prefix ?? "");
  };
  const server = setting.server === "oauth2" ? 480 * 60 * SECOND : setting.absolute;
  const timeout = Math.min(server, setting.ownAbsolute ?? Number.POSITIVE_INFINITY);
  let checkAt = 0;
  return {
    shown(seat, before) {
      const now = view.now();
      const { state, prefix } = seat;
      if (isLive(seat) && prefix && !begun.has(prefix)) {
        // One whose session is destroyed meanwhile may not have been written.
        const told = seat.destroyed ? undefined : signingIn(seat);
        // One that came too late is not of this session.
        const session = sessionOf(seat.marker, view.machine);
        const fits = told && told.at >= (session?.startedAt ?? 0);
        const before = begun.get(renamed(recordOf(seat)));
        begun.set(prefix, before ?? (fits ? beginning(told) : now));
        shownAt.set(prefix, now);
        if (told) asked.set(prefix, told.at);
      }
      if (state.status !== "ended" || state.reason !== "absolute" || !prefix) return;
      if (before.status !== "active" && before.status !== "warning") return;
      if (state.origin === "other-tab" && view.broken() && meantAnother(seat)) return;
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
      if (!after?.live || before?.prefix === after.prefix) return;
      const told = signingIn(seat);
      if (told) asked.set(after.prefix, told.at);
      for (const record of [before, recordOf(seat)]) if (record?.live) records.set(record.prefix, record);
      const began = begun.get(renamed(after));
      if (began !== undefined && !begun.has(after.prefix)) begun.set(after.prefix, began);
    },
    settled({ seat, name, at, error }) {
      const prefix = name === "signIn" && error === undefined && recordOf(seat)?.prefix;
      if (!prefix || begun.has(prefix)) return;
      // One that came too late is not of the session that it settles in.
      if (at < (sessionOf(recordOf(seat)?.marker, view.machine)?.startedAt ?? 0)) return;
      begun.set(prefix, beginning({ seat, at }));
      asked.set(prefix, at);
    },
    stepped(now) {
      if (now < checkAt) return;
      checkAt = now + 500;
      for (const seat of view.seats) {
        if (!runs(seat) || !isLive(seat) || seat.runningSince + GRACE > now) continue;
        const record = recordOf(seat);
        const prefix = record?.prefix ?? "";
        if (record) records.set(prefix, record);
        const began = begun.get(prefix);
        // The same user signed in again: that shows no change. In a tab that may be gone.
        if (began === undefined) {
          begun.set(prefix, now);
          asked.set(prefix, last(view.calls, ({ name }) => name === "signIn")?.at ?? now);
          continue;
        }
        // Two tabs that could not write down what each found count from either. And where a sign-in cannot be written, a tab may
        // have found its session meanwhile, which counts from then on when whoever signed in is gone.
        const found = view.broken() ? Math.max(2 * SECOND, (shownAt.get(prefix) ?? began) - began) : 0;
        const deadline =
          noticed(view, seat, began, began + timeout + view.setBack(began, now)) + GRACE + found;
        if (now > deadline)
          view.fail("I-abs", `${seat.name} is signed in ${now - deadline} ms past the absolute limit`);
      }
    },
  };
};
