import type { SharedRecord } from "../../../src/core/record.js";
import { ranFor, type Seat } from "../seat.js";
import type { Invariant } from "./oracle.js";
import { isRefresh, keyOf, last, served } from "./wire.js";

const wellFormed = (record: SharedRecord | undefined): record is SharedRecord =>
  typeof record === "object" &&
  record !== null &&
  record.v === 1 &&
  Number.isInteger(record.epoch) &&
  record.epoch > 0;

/**
 * I-fence: nothing of an older epoch is ever adopted, handed out or committed.
 *
 * What is written never steps back in (epoch, sequence); an epoch begins with a sign-in and ends once; the sequence
 * rises by one, for a reply of the server to exactly that refresh, which the tab that commits it was not robbed of. No
 * tab steps back either.
 *
 * Aside: what somebody else wrote into the storage, and what became of it while the disk did not work.
 */
export const fence: Invariant = (view) => {
  /** Keys of refreshes that the server answered with a grant. */
  const granted = new Map<string, { tab: string; at: number }>();
  const epochs = new Map<Seat, number>();
  const robbed = new Map<Seat, number>();
  let thefts = 0;

  const forged = () =>
    Math.max(view.lastAction("badRecord"), view.lastAction("forgedRecord")) > Number.NEGATIVE_INFINITY;

  return {
    done(request) {
      const key = keyOf(request);
      if (isRefresh(request) && key && served(request) && request.outcome === 200)
        granted.set(key, { tab: request.tab, at: request.at });
    },
    stepped() {
      const { locks } = view.machine;
      for (; thefts < locks.thefts.length; thefts++) {
        const seat = view.seat(locks.thefts[thefts]?.from ?? "");
        if (seat) robbed.set(seat, ranFor(seat, view.now()));
      }
    },
    wrote(seat, before, after) {
      if (!wellFormed(before) || !wellFormed(after) || forged() || before === after) return;
      const tell = (what: string) =>
        view.fail("I-fence", `${seat.name} writes ${what}: ${position(before)} → ${position(after)}`);
      if (after.epoch < before.epoch) return tell("an older epoch");
      if (after.epoch === before.epoch) {
        if (after.sequence < before.sequence) return tell("an older sequence");
        if (after.live && !before.live) return view.broken() || tell("life into an ended epoch");
        // Two tabs that went on without the disk, each for itself, can come to the same number.
        if (after.prefix !== before.prefix)
          return view.broken() || tell("another session under the same epoch");
        if (after.absoluteAt > before.absoluteAt + 1 && !view.broken())
          view.fail(
            "I-abs",
            `${seat.name} moves the absolute limit by ${after.absoluteAt - before.absoluteAt} ms`,
          );
      }
      const rises = after.prefix === before.prefix ? after.sequence - before.sequence : 0;
      if (rises <= 0 || after.epoch !== before.epoch || !after.live) return;
      // What one tab committed while the disk did not work may be written by its next commit, all at once.
      const key = `${after.prefix}.${after.epoch}.${after.sequence - 1}`;
      const grant = granted.get(key) ?? inFlight(key);
      if (!grant) return view.broken() || tell(`a sequence that no refresh brought (${key})`);
      const taken = robbed.get(seat);
      if (grant.tab === seat.name && taken !== undefined && rises === 1 && !view.broken()) {
        const theft = last(view.machine.locks.thefts, (it) => it.from === seat.name);
        if (theft && theft.at >= grant.at && ranFor(seat, view.now()) - taken > 5)
          tell(`what it refreshed before it was robbed (${key})`);
      }
    },
    shown(seat) {
      const epoch = seat.tab.session.inspect().epoch;
      const before = epochs.get(seat) ?? 0;
      if (epoch < before) view.fail("I-fence", `${seat.name} goes back from epoch ${before} to ${epoch}`);
      epochs.set(seat, epoch);
    },
  };

  /** The reply that is being committed in this very step. */
  function inFlight(key: string) {
    const request = last(
      view.machine.network.log,
      (it) => keyOf(it) === key && served(it) && it.outcome === 200,
    );
    return request && { tab: request.tab, at: request.at };
  }
};

const position = ({ epoch, sequence, live }: SharedRecord) => `${epoch}.${sequence}${live ? "" : " ended"}`;
