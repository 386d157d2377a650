import type { Handover } from "../../app/handover.js";
import { timeWithSeconds } from "../../app/time.js";
import { h, watch } from "../h.js";

/** The session's events. Not a live region: it would talk all day. */
export function eventLog({ journal }: Handover, signal: AbortSignal): HTMLElement {
  const list = h("ol", { class: "events" });
  watch(
    journal,
    (entries) =>
      list.replaceChildren(
        ...entries.map(({ at, event, detail }) =>
          h("li", {}, h("time", {}, timeWithSeconds(at)), h("b", {}, event), h("span", {}, detail)),
        ),
      ),
    signal,
  );
  return h(
    "section",
    { class: "panel-part", "aria-labelledby": "events-title" },
    h("h3", { id: "events-title" }, "Events"),
    list,
  );
}
