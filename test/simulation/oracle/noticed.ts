import type { Seat } from "../seat.js";
import type { View } from "./oracle.js";

const MINUTE = 60_000;

/**
 * When a running tab notices a deadline that nobody uses it to notice: at the deadline. With throttled timers up to
 * three minutes later, or after it came back: the timer, the last look's patience and a request that hangs take one each.
 * After a sleep: at the return; where its clock stood still, within a minute of it where the tab is visible, and where it
 * is hidden when its timer is due.
 */
export function noticed(view: View, seat: Seat, since: number, deadline: number): number {
  const throttled = seat.throttledSince === undefined ? 0 : 3 * MINUTE;
  const slept = view.slept(since, view.now());
  const late = seat.tab.visible ? Math.max(deadline, seat.sleptUntil + MINUTE) : deadline + slept;
  const woken = slept && (view.setting.clockStopsInSleep ? late : seat.sleptUntil);
  // Who comes back to storage that was cleared asks the server first.
  const back = view.broken() ? seat.cameBackAt + view.setting.requestTimeout + 2000 : 0;
  const stood = throttled && seat.runningSince;
  return Math.max(deadline, woken, back, stood) + throttled;
}
