import { h, say } from "../element/dom.js";
import { type Due, dues } from "./deadlines.js";
import type { Part } from "./head.js";
import { clockTime, lasting } from "./time.js";

function createBar(name: string) {
  const left = h("span", { class: "left" });
  const fill = h("span", { class: "fill" });
  const mark = h("span", { class: "mark" });
  const meter = h(
    "div",
    { role: "meter", "aria-label": name, "aria-valuemin": "0", "aria-valuemax": "100" },
    fill,
    mark,
  );
  const note = h("span", { class: "note" });
  const label = h("span", { class: "name" });
  say(label, name);
  const element = h("li", {}, h("p", {}, label, left), meter, note);
  return {
    element,
    show(due: Due) {
      say(left, lasting(due.left));
      say(
        note,
        [`at ${clockTime(due.at)}`, due.mark && `${due.mark.name} at ${clockTime(due.mark.at)}`]
          .filter(Boolean)
          .join(", "),
      );
      meter.setAttribute("aria-valuenow", String(Math.round(due.share * 100)));
      meter.setAttribute("aria-valuetext", `${lasting(due.left)} left`);
      meter.toggleAttribute("data-near", due.near);
      // Set through the CSSOM, which a strict Content Security Policy allows.
      fill.style.setProperty("inline-size", `${due.share * 100}%`);
      mark.hidden = !due.mark;
      mark.style.setProperty("inset-inline-start", `${(due.mark?.share ?? 0) * 100}%`);
    },
  };
}

/** The deadlines: what is left of each, and where on the way something happens. */
export function createBars(): Part {
  const list = h("ul", { class: "bars" });
  const none = h("p", { class: "none" });
  say(none, "Nothing is due: nobody is signed in.");
  const bars = new Map<string, ReturnType<typeof createBar>>();
  return {
    element: h("div", {}, none, list),
    show({ state, policy, now }) {
      const shown = dues(state, policy, now);
      none.hidden = shown.length > 0;
      for (const due of shown) {
        let bar = bars.get(due.name);
        if (!bar) {
          bar = createBar(due.name);
          bars.set(due.name, bar);
          list.append(bar.element);
        }
        bar.show(due);
      }
      for (const [name, { element }] of bars) element.hidden = !shown.some((due) => due.name === name);
    },
  };
}
