import { clinic, wards } from "../app/texts.js";
import { h } from "./h.js";
import { brandMark } from "./icons.js";

/** The notebook, closed: its cover with the label, and beside it what there is to say. */
export function bookCover(...children: (Node | false | undefined)[]): HTMLElement {
  return h(
    "div",
    { class: "closed-book" },
    h(
      "div",
      { class: "book-cover" },
      h(
        "div",
        { class: "book-label" },
        brandMark(),
        h("p", { class: "book-title" }, "Handover"),
        h("p", { class: "book-line" }, clinic),
        h("p", { class: "book-line" }, wards),
      ),
    ),
    h("div", { class: "beside" }, ...children),
  );
}
