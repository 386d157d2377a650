import type { LoggedRequest } from "../../../src/testing/network.js";
import { inWorker } from "../schedule.js";
import { isLive } from "../seat.js";
import type { Invariant } from "./oracle.js";
import { isRefresh, keyOf, leftOver, served, TO_WORKER } from "./wire.js";

/**
 * I-cool (F14, F22): after the server has failed, all tabs wait, together; as long as it asked for, where it did.
 *
 * Aside: clocks that were set, and storage that did not keep the cool-down. What a worker was asked before the server
 * failed, and carries out as it wakes up, ahead of what its page calls off.
 */
export const cool: Invariant = (view) => {
  /** When the server last answered anything: then it is back, and only what it asked for itself still holds. */
  let backAt = 0;
  const failures = new Map<
    string,
    { request: LoggedRequest; asked: number; until: number; alone: boolean }
  >();
  const kept = () =>
    view.setting.storage !== "memory" &&
    !view.broken() &&
    !view.setForward(0, view.now()) &&
    !view.setBack(0, view.now());
  return {
    done(request) {
      if (served(request) && request.outcome === 200) backAt = view.now();
      const key = isRefresh(request) && keyOf(request);
      if (!key || typeof request.outcome !== "number" || request.outcome < 400 || request.outcome === 401)
        return;
      if (request.outcome === 400) return;
      const asked = Number(request.answer?.headers?.["retry-after"] ?? 0) * 1000;
      const now = view.now();
      const seat = view.seat(request.tab);
      // Who does not know of a session has no record to keep a cool-down in.
      const alone = !seat || !isLive(seat);
      failures.set(key, { request, asked, alone, until: now + Math.max(asked, 250) - 20 });
    },
    sent(request) {
      const key = isRefresh(request) && keyOf(request);
      const failure = key && failures.get(key);
      if (!failure || request.at >= failure.until || !kept()) return;
      if (failure.alone && request.tab !== failure.request.tab) return;
      if (leftOver(request, view)) return;
      // Also where it answered one request while it failed the other: which came first is anybody's guess.
      if (!failure.asked && backAt >= failure.request.at) return;
      // Nor where its network is back: it may have been that.
      if (!failure.asked && (view.seat(request.tab)?.onlineAt ?? 0) >= (failure.request.doneAt ?? 0)) return;
      // The application itself starts again, and a server that can only refresh is asked whether anybody is there.
      const again = view.calls.some((it) => it.name === "start" && it.at >= failure.request.at);
      if (again && view.setting.server !== "bff") return;
      // Nor has a page heard of it that woke up with its time limit passed, before its worker could tell.
      const { runningSince = 0, suspendedAt = 0 } = view.seat(failure.request.tab) ?? {};
      const doneAt = failure.request.doneAt ?? 0;
      const woke = runningSince > failure.request.at && doneAt - runningSince <= TO_WORKER;
      if (inWorker(view.setting) && woke && doneAt - failure.request.at >= view.setting.requestTimeout)
        return;
      // Nor one that was told of its suspension, and gave the request up, while its worker's word was still on its way.
      const gaveUp = suspendedAt >= failure.request.at && suspendedAt - doneAt <= TO_WORKER;
      if (inWorker(view.setting) && gaveUp) return;
      const robbed = view.machine.locks.thefts.some((theft) => theft.at >= failure.request.at);
      // The tab that got the answer may be gone, its session destroyed, or robbed, before it could write the cool-down.
      const asker = view.seat(failure.request.tab);
      if (robbed || asker?.tab.life !== "running" || asker.destroyed) return;
      view.fail(
        "I-cool",
        `${request.tab} refreshes ${failure.until - request.at} ms too soon after a failure of the server`,
      );
    },
  };
};
