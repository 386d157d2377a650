import type { Handover } from "../app/handover.js";
import type { Person } from "../app/session.js";
import { longDay, shiftAt, timeOfDay } from "../app/time.js";
import { bedBoard } from "./bed-board.js";
import { h, say, watch } from "./h.js";
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
      absoluteReminder(handover, signal),
    ),
    bedBoard(handover, form.about, signal),
    h("div", { class: "book" }, form.element, noteList(handover, signal)),
  );
}

/** The notice of the absolute limit was read and closed: the limit itself stays in sight. */
function absoluteReminder({ session, warning }: Handover, signal: AbortSignal): HTMLElement {
  const reminder = h("p", { class: "reminder" });
  const show = () => {
    const state = session.getState();
    const read = state.status === "warning" && !state.extendable && !warning.getState().open;
    say(
      reminder,
      read ? `Your session ends at ${timeOfDay(Date.now() + session.timeLeft(state.limit))}.` : "",
    );
  };
  watch(session, show, signal);
  signal.addEventListener("abort", warning.subscribe(show));
  return reminder;
}
