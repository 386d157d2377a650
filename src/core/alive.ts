import { absoluteLeft } from "./commit.js";
import { idleTimeout } from "./idle.js";
import type { Policy } from "./policy.js";
import type { State } from "./state.js";
import { NEVER } from "./time.js";

/** What a sign of life changes. */
export type AliveFacts = Pick<State, "activityAt" | "seenAt" | "touchedAt" | "absoluteAt" | "unwritten">;

/**
 * A server that can peek said that the session goes on, and for how long. It may know of activity that no tab here
 * does (another device, another application), or a clock here ran ahead, or stood still. Only news counts: what the
 * server has of this browser's own touches is no activity. `now`: when the request started.
 */
export function alive(
  state: State,
  told: { readonly idle?: number | undefined; readonly absolute?: number | undefined },
  now: number,
  policy: Policy,
): AliveFacts {
  let { activityAt, seenAt, touchedAt, absoluteAt, unwritten } = state;
  const { record } = state;
  if (record && told.idle !== undefined) {
    const seenByServer = now - Math.max(0, record.idleTimeout - told.idle);
    const timeout = idleTimeout(state, policy);
    // Two clocks and a network lie between the touch here and there.
    const slack = Math.max(1000, timeout / 20);
    const less = now + told.idle - timeout;
    if (seenByServer > Math.max(touchedAt + slack, activityAt)) {
      activityAt = touchedAt = seenByServer;
      seenAt = seenByServer - 1;
      unwritten = true;
    } else if (
      activityAt <= touchedAt &&
      touchedAt + policy.patience <= now &&
      !state.busy.write &&
      less < activityAt - slack
    ) {
      // The server had been told of everything when it was asked (what another tab has just claimed to tell may still
      // be under way), and has less left than is counted here.
      activityAt = seenAt = less;
    }
  }
  if (record && record.absoluteTold < NEVER && told.absolute !== undefined) {
    const at = now + (absoluteLeft(record, told.absolute) ?? NEVER);
    // Passed here and not at the server: the clock here is wrong. The limit itself has not moved.
    absoluteAt = absoluteAt <= now ? at : Math.min(absoluteAt, at);
  }
  return { activityAt, seenAt, touchedAt, absoluteAt, unwritten };
}
