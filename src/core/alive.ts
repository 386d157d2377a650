import { absoluteLeft } from "./commit.js";
import { idleTimeout } from "./idle.js";
import type { Policy } from "./policy.js";
import type { State } from "./state.js";
import { NEVER } from "./time.js";

/** What a sign of life changes. */
export type AliveFacts = Pick<State, "activityAt" | "seenAt" | "touchedAt" | "absoluteAt" | "unwritten">;

/**
 * At a limit, a server that can peek said that the session goes on. It may know of activity that no tab here does
 * (another device, another application), or the clock here ran ahead. Only news counts: what the server has of this
 * browser's own touches is no activity.
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
    // Two clocks and a network lie between the touch here and there.
    const news = seenByServer - touchedAt > Math.max(1000, idleTimeout(state, policy) / 20);
    if (news && seenByServer > activityAt) {
      activityAt = touchedAt = seenByServer;
      seenAt = seenByServer - 1;
      unwritten = true;
    }
  }
  if (record && record.absoluteTold < NEVER && told.absolute !== undefined) {
    const at = now + (absoluteLeft(record, told.absolute) ?? NEVER);
    // Passed here and not at the server: the clock here is wrong. The limit itself has not moved.
    absoluteAt = absoluteAt <= now ? at : Math.min(absoluteAt, at);
  }
  return { activityAt, seenAt, touchedAt, absoluteAt, unwritten };
}
