import type { Policy } from "./policy.js";
import { isLive, type State } from "./state.js";
import { NEVER } from "./time.js";

/**
 * When this tab refreshes of its own accord. Visible tabs ask first and hidden ones later, each at its own
 * jittered place: usually one asks and the others adopt. Nothing depends on it.
 */
export function refreshDueAt(state: State, policy: Policy): number {
  const { record, accessAt, jitter, visible, retryAt, intentAt, busy } = state;
  if (!policy.canRefresh || !record || busy.refresh || !isLive(state)) return NEVER;
  const margin = Math.min(policy.refreshMargin, record.accessLifetime / 4);
  const lead = (visible ? margin : margin / 2) * (1 - jitter / 2);
  // An attempt whose outcome nobody knows is made again while the server may still remember it: at once when it is
  // known to have failed, after the patience of a waiter when the tab that made it may be gone.
  const unsettled = record.intent ? intentAt + (record.intent.tab ? policy.patience : 0) : NEVER;
  return Math.max(Math.min(accessAt - lead, unsettled), retryAt);
}

/** After a failure, when to ask the server whether it is back. A refresh that is due by then asks anyway. */
export function probeDueAt(state: State, policy: Policy): number {
  return isLive(state) &&
    policy.canPeek &&
    !state.busy.peek &&
    !state.busy.refresh &&
    state.record?.failures &&
    refreshDueAt(state, policy) > state.retryAt
    ? state.retryAt
    : NEVER;
}
