import type { SharedRecord } from "../../../src/core/record.js";
import type { Theft } from "../../../src/testing/locks.js";
import type { LoggedRequest } from "../../../src/testing/network.js";
import { inWorker } from "../schedule.js";
import type { Seat } from "../seat.js";
import type { Invariant } from "./oracle.js";
import { credentialOf, isRefresh, keyOf, leftOver, strayed, TO_WORKER } from "./wire.js";

/** From the decision to steal the lock, on record, to the theft. */
const MOMENT = 20;

/**
 * I-single: at most one refresh of a session is in flight, from whatever tab. Nobody is robbed of the lock who has just
 * begun to refresh: of those who lost their patience one steals, and the others wait for that one.
 *
 * Aside: the request of a tab that was robbed of the lock since (it stood still, and cannot take its request back). A
 * request that names another session than the cookies that came along belong to: the server exchanges nothing for it.
 * Without Web Locks: a request whose intent is older than the patience of a waiter (its page may have stood still before
 * it sent it); and no promise at all where neither locks nor a true disk keep tabs apart.
 */
export const single: Invariant = (view) => {
  let thefts = 0;
  /** When a tab said on record that it begins. It may stand still before it asks, and the others wait from then on. */
  const begun = new Map<string, number>();
  const beginningOf = (tab: string, key: string | undefined) => begun.get(`${tab} ${key}`);
  const nameOf = (request: LoggedRequest) => keyOf(request)?.replace(/\.\d+$/, "");
  const signedInSince = (since: number) =>
    view.calls.some(({ name, settledAt = view.now() }) => name === "signIn" && settledAt >= since);
  return { sent, stepped, wrote };

  function wrote(seat: Seat, before: SharedRecord | undefined, after: SharedRecord | undefined) {
    if (!after?.intent || after.intent.attempt === before?.intent?.attempt) return;
    begun.set(`${seat.name} ${after.prefix}.${after.epoch}.${after.sequence}`, view.now());
  }

  function stepped() {
    const { locks, network } = view.machine;
    for (; thefts < locks.thefts.length; thefts++) {
      const theft = locks.thefts[thefts] as Theft;
      const patience = view.setting.requestTimeout * 1.5;
      if (view.setting.storage === "memory" || view.broken() || view.setForward(0, theft.at)) continue;
      for (const request of network.log)
        if (isRefresh(request) && request.tab === theft.from && (request.doneAt ?? theft.at) >= theft.at) {
          const from = beginningOf(request.tab, keyOf(request)) ?? request.at;
          const decided = beginningOf(theft.tab, keyOf(request)) ?? Number.NEGATIVE_INFINITY;
          // It was decided a moment before that one woke up and began again, with the same key.
          if (decided <= from && theft.at - decided < MOMENT) continue;
          const since = theft.at - from;
          if (since < patience - 500)
            view.fail(
              "I-single",
              `${theft.tab} steals the lock of ${theft.from}, which refreshes since ${since} ms`,
            );
        }
    }
  }

  function sent(request: LoggedRequest) {
    if (!isRefresh(request) || view.islands()) return;
    const { machine, setting } = view;
    const patience = setting.requestTimeout * 1.5;
    for (const other of machine.network.inFlight) {
      if (other === request || !isRefresh(other) || other.at > request.at) continue;
      const credential = credentialOf(request, machine);
      if (credential === undefined || credentialOf(other, machine) !== credential) continue;
      if (strayed(other, machine) || strayed(request, machine)) continue;
      if (machine.locks.thefts.some((theft) => theft.from === other.tab && theft.at >= other.at)) continue;
      // What a page called off as it was suspended: its worker stood still before it could hear of it. What it has called
      // off with the session a moment ago: the word of that is on its way. And what a page that is gone has left with the
      // worker of all tabs. Or what it carries out first as both wake up.
      const seat = view.seat(other.tab);
      const life = seat?.tab.life ?? "running";
      const left = { "dedicated-worker": life !== "running", "shared-worker": life === "crashed" };
      const over = inWorker(setting) && seat?.state.status === "ended" && request.at - seat.since < TO_WORKER;
      const woke = leftOver(request, view) || leftOver(other, view);
      const late = left[setting.tokens as keyof typeof left] || over || woke;
      if (late && keyOf(other) === keyOf(request)) continue;
      // Where the disk does not work, nobody hears who has claimed the refresh: two tabs can take the lock from each
      // other. The key keeps the server out of it, where they can say to one another how it begins.
      const blind = setting.storage === "memory" || view.broken();
      const told = setting.channel === "missing" || keyOf(other) === keyOf(request);
      if (blind && machine.locks.steals && told) continue;
      if (setting.locks !== "there") {
        // Nor is there an intent while nobody is signed in.
        if (setting.server === "refresh" || blind) continue;
        // Nor one that goes by the name that the session has since a late sign-in was taken in: see I-once.
        if (nameOf(other) !== nameOf(request) && signedInSince(other.at)) continue;
        // Others wait from when it was on record that it begins. A clock that is set forward makes an intent look old.
        const since = beginningOf(other.tab, keyOf(other)) ?? other.at;
        const age = request.at - since + view.setForward(since, request.at);
        if (age >= patience - 1000) continue;
      }
      view.fail(
        "I-single",
        `${request.tab} refreshes (${keyOf(request)}) while ${other.tab} does (${keyOf(other)})`,
      );
    }
  }
};
