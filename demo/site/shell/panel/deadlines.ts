import { gaugesOf } from "../../app/gauges.js";
import type { Handover } from "../../app/handover.js";
import { asClock } from "../../app/time.js";
import { whileVisible } from "../../app/while-visible.js";
import { h, say, watch } from "../h.js";

/** The deadlines as bars that empty. */
export function deadlines({ session, limits }: Handover, signal: AbortSignal): HTMLElement {
  const rows = gaugesOf(session, limits).map(({ name }) => {
    const left = h("span", { class: "gauge-left" });
    const bar = h("div", { class: "gauge-bar", "aria-hidden": "true" });
    return {
      name,
      left,
      bar,
      element: h("li", { class: "gauge" }, h("span", {}, name), left, bar),
    };
  });
  const show = () => {
    gaugesOf(session, limits).forEach(({ left, share, mark }, i) => {
      const row = rows[i];
      if (!row) return;
      say(row.left, left === undefined ? "–" : asClock(left));
      // Through the CSSOM, which a strict Content Security Policy allows.
      row.bar.style.setProperty("--share", String(share));
      row.bar.style.setProperty("--mark", String(mark));
      row.bar.classList.toggle("set", left !== undefined);
      row.bar.classList.toggle("near", left !== undefined && share <= mark);
    });
  };
  watch(session, show, signal);
  whileVisible(1000, show, signal);
  return h(
    "section",
    { class: "panel-part", "aria-labelledby": "deadlines-title" },
    h("h3", { id: "deadlines-title" }, "Deadlines"),
    h("ul", { class: "gauges" }, ...rows.map(({ element }) => element)),
    h("p", { class: "panel-note" }, "Marks show where the warning opens, and where this tab would refresh."),
  );
}
