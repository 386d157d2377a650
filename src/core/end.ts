import type { Effect } from "./effect.js";
import type { EndReason, Origin, State } from "./state.js";

/** The session of `epoch` is over for this tab, whatever a record or a late reply may still say. */
export function end(
  state: State,
  epoch: number,
  reason: EndReason,
  origin: Origin,
  write = false,
): [State, Effect[]] {
  return [
    { ...state, status: "ended", reason, origin, over: epoch },
    [
      { type: "over", epoch, reason, write },
      { type: "emit", event: "ended", detail: { reason, origin } },
    ],
  ];
}
