import { runs } from "../seat.js";
import type { Invariant } from "./oracle.js";

/**
 * I-quiet: while nothing happens, no timers beyond the next deadline and no messages. What is due in the meantime (a
 * refresh, a limit) has its own few; nothing ticks. They are counted, not told apart: what comes every second is far above
 * the bound, what comes once a minute may be below it.
 *
 * Aside: a hold is activity for as long as it lasts, and is written and told as that. Where nobody has the tokens any more
 * every tab looks for them once a minute, as after a failure of the server, and asks the others only.
 */
export const quiet: Invariant = (view) => {
  let heldUntil = 0;
  return {
    acted({ what, with: more }) {
      if (what === "hold") heldUntil = Math.max(heldUntil, view.now() + Number(more));
    },
    quiet(from, to) {
      // A listener that destroys its session makes no quiet: others may wait for what it was about to say.
      const disturbed = view.seats.some(({ stoppedAt }) => stoppedAt >= from && stoppedAt <= to);
      if (heldUntil > from || disturbed) return;
      look(from, to);
    },
  };

  function look(from: number, to: number) {
    const { network, hub } = view.machine;
    const minutes = (to - from) / 60_000;
    const asked = network.log.filter((request) => request.at >= from && request.at <= to).length;
    const tabs = view.seats.filter(runs);
    const looked = view.setting.tokens !== "none" ? Math.ceil(minutes) : 0;
    for (const seat of tabs) {
      const most = 6 + 3 * minutes + 8 * asked + 3 * tabs.length * looked;
      // A clock that is off in one tab alone makes the cool-down of all look endless there: it looks again every second.
      if (seat.timers > most && view.lastAction("stepTabClock") < 0)
        view.fail("I-quiet", `${seat.name} set off ${seat.timers} timers in ${minutes} quiet minutes`);
    }
    const said = hub.log.filter((message) => message.from && message.at >= from && message.at <= to).length;
    // Without storage that works every change is said to everybody, and everybody answers. One tab alone asks, claims,
    // writes, tells, and hands tokens over.
    const each =
      view.setting.storage === "memory" || view.broken() ? tabs.length ** 2 * 3 + 2 : tabs.length + 4;
    const most = 2 + each * (asked + 2 + looked);
    if (said > most) view.fail("I-quiet", `${said} messages in ${minutes} quiet minutes`);
  }
};
