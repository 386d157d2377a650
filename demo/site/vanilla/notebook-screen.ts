import type { Handover } from "../app/handover.js";
import type { Person } from "../app/session.js";
import { longDay, shiftAt } from "../app/time.js";
import { h } from "../shell/h.js";
import { bedBoard } from "./bed-board.js";
import { noteForm } from "./note-form.js";
import { noteList } from "./note-list.js";

/** The working screen: the beds on the one side, the notebook on the other. */
export function notebookScreen(user: Person, handover: Handover, signal: AbortSignal): HTMLElement {
  const now = Date.now();
  const form = noteForm(user, handover, signal);
  return h(
    "div",
    { class: "workspace" },
    h(
      "header",
      { class: "page-head" },
      h("h1", { tabindex: -1 }, shiftAt(now)),
      h("p", { class: "page-date" }, longDay(now)),
    ),
    bedBoard(handover, form.about, signal),
    h("div", { class: "book" }, form.element, noteList(handover, signal)),
  );
}
