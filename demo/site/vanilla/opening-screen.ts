import { h } from "../shell/h.js";

/** Neutral: it could become anything. It shows itself only when finding out takes long enough to be noticed. */
export function openingScreen(): HTMLElement {
  return h(
    "div",
    { class: "opening" },
    h("p", { class: "visually-hidden", role: "status" }, "Opening Handover…"),
    h("div", { class: "opening-sheet", "aria-hidden": "true" }),
  );
}
