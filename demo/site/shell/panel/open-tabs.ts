import type { Handover } from "../../app/handover.js";
import { whileVisible } from "../../app/while-visible.js";
import { h, say, watch } from "../h.js";

/** Which tabs share the session: those that answered the last roll call. */
export function openTabs({ tabs }: Handover, signal: AbortSignal): HTMLElement {
  const count = h("span", { class: "panel-count" });
  const list = h("ul", { class: "tabs" });
  watch(
    tabs,
    (ids) => {
      say(count, String(ids.length));
      list.replaceChildren(
        ...ids.map((id, i) =>
          h("li", i === 0 ? { class: "own" } : {}, h("code", {}, id.slice(0, 8)), i === 0 && " this tab"),
        ),
      );
    },
    signal,
  );
  whileVisible(5000, tabs.rollCall, signal);
  return h(
    "section",
    { class: "panel-part", "aria-labelledby": "tabs-title" },
    h("h3", { id: "tabs-title" }, "Open tabs ", count),
    list,
  );
}
