import { readMetrics } from "../../app/demo-server.js";
import { whileVisible } from "../../app/while-visible.js";
import { h, say } from "../h.js";

const SHOWN = {
  refreshes: "Refreshes",
  reuses: "Reuses",
  touches: "Touches",
  peeks: "Peeks",
  signIns: "Sign-ins",
  signOuts: "Sign-outs",
} as const;

/** What the server has counted, for all tabs and since it started. */
export function serverCounts(signal: AbortSignal): HTMLElement {
  const values = Object.keys(SHOWN).map((name) => ({ name, value: h("dd", {}, "–") }));
  const show = async () => {
    const metrics = await readMetrics();
    for (const { name, value } of values) say(value, String(metrics?.[name] ?? "–"));
  };
  whileVisible(5000, show, signal);
  return h(
    "section",
    { class: "panel-part", "aria-labelledby": "counts-title" },
    h(
      "div",
      { class: "panel-part-head" },
      h("h3", { id: "counts-title" }, "The server has counted"),
      h("button", { type: "button", class: "button quiet small", onclick: () => void show() }, "Count again"),
    ),
    h(
      "dl",
      { class: "counts" },
      ...values.map(({ name, value }) => h("div", {}, h("dt", {}, SHOWN[name as keyof typeof SHOWN]), value)),
    ),
  );
}
