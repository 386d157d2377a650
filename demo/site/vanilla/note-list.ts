import type { Note } from "../app/api.js";
import type { Handover } from "../app/handover.js";
import type { NotebookState } from "../app/notebook.js";
import { priorities } from "../app/texts.js";
import { dayOf, timeOfDay } from "../app/time.js";
import { h, watch } from "../shell/h.js";

/** What was handed over, the newest first. */
export function noteList({ notebook }: Handover, signal: AbortSignal): HTMLElement {
  const list = h("div", { class: "note-list" });
  const retry = () => void notebook.load();
  watch(notebook, (state) => list.replaceChildren(content(state, retry)), signal);
  return h(
    "section",
    { "aria-labelledby": "notes-title" },
    h("h2", { id: "notes-title", class: "visually-hidden" }, "Notes"),
    list,
  );
}

function content({ status, notes }: NotebookState, retry: () => void): Node {
  if (status === "failed")
    return h(
      "div",
      { class: "empty", role: "alert" },
      h("p", {}, "The notes could not be loaded."),
      h("button", { type: "button", class: "button", onclick: retry }, "Try again"),
    );
  if (status === "loading") return h("p", { class: "empty" }, "Turning to today's page…");
  if (notes.length === 0)
    return h("p", { class: "empty" }, "Nothing yet. Write the first note of this shift.");
  return h("ol", { class: "notes" }, ...notes.map((note) => h("li", {}, noteEntry(note))));
}

function noteEntry({ bedId, text, priority, author, writtenAt }: Note): HTMLElement {
  return h(
    "article",
    { class: "note", "data-priority": priority },
    h(
      "p",
      { class: "note-when" },
      h("time", { datetime: new Date(writtenAt).toISOString() }, timeOfDay(writtenAt)),
      h("span", {}, dayOf(writtenAt)),
    ),
    h(
      "div",
      { class: "note-what" },
      h(
        "p",
        { class: "note-about" },
        h("span", { class: "plate" }, bedId),
        priority !== "routine" && h("span", { class: "tag" }, priorities[priority]),
        h("span", { class: "note-author" }, author),
      ),
      h("p", { class: "note-text" }, text),
    ),
  );
}
