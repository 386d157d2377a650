import type { Bed, Priority } from "../app/api.js";
import type { Handover } from "../app/handover.js";
import type { Person } from "../app/session.js";
import { draftStatus, priorities } from "../app/texts.js";
import { bedName, wardsOf } from "../app/wards.js";
import { h, say, watch } from "../shell/h.js";

export interface NoteForm {
  readonly element: HTMLFormElement;
  /** Begins a note about this bed. */
  about(bedId: string): void;
}

/** The next line of the notebook. What is typed goes to the draft, and the draft goes to the server. */
export function noteForm(
  user: Person,
  { draft, notebook, addNote }: Handover,
  signal: AbortSignal,
): NoteForm {
  const bed = h("select", {
    id: "note-bed",
    required: true,
    onchange: () => draft.change({ bedId: bed.value }),
  });
  const text = h("textarea", {
    id: "note-text",
    rows: 4,
    maxlength: 2000,
    required: true,
    oninput: () => draft.change({ text: text.value }),
  });
  const radios = Object.keys(priorities).map((value) =>
    h("input", {
      type: "radio",
      name: "priority",
      id: `note-priority-${value}`,
      value,
      onchange: () => draft.change({ priority: value as Priority }),
    }),
  );
  const saved = h("p", { class: "draft-status", role: "status" });
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary" }, "Add note");

  watch(notebook, ({ beds }) => bed.replaceChildren(...bedOptions(beds)), signal);
  // After the beds: a bed can be chosen once it is in the list.
  const show = () => {
    const { entry } = draft.get();
    bed.value = entry.bedId;
    if (text.value !== entry.text) text.value = entry.text;
    for (const radio of radios) radio.checked = radio.value === entry.priority;
    say(saved, draftStatus(draft.get()));
  };
  watch(draft, show, signal);
  watch(notebook, show, signal);

  async function submit(event: Event) {
    event.preventDefault();
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    say(problem, "");
    const failed = await addNote();
    button.ariaDisabled = null;
    if (signal.aborted) return;
    say(problem, failed ?? "");
    if (!failed) text.focus();
  }

  const element = h(
    "form",
    { class: "composer", onsubmit: submit, "aria-label": "New note" },
    h("p", { class: "composer-margin", "aria-hidden": "true" }, "Now"),
    h(
      "div",
      { class: "composer-head" },
      h("div", { class: "field inline" }, h("label", { for: bed.id }, "Bed"), bed),
      h(
        "fieldset",
        { class: "segments" },
        h("legend", {}, "Priority"),
        ...radios.flatMap((radio) => [
          radio,
          h("label", { for: radio.id, "data-priority": radio.value }, priorities[radio.value as Priority]),
        ]),
      ),
    ),
    h("label", { for: text.id }, "Note"),
    text,
    problem,
    h(
      "div",
      { class: "composer-foot" },
      saved,
      h("p", { class: "signature" }, `Signed ${user.name}`),
      button,
    ),
  );
  return {
    element,
    about(bedId) {
      draft.change({ bedId });
      text.focus();
    },
  };
}

function bedOptions(beds: readonly Bed[]): HTMLElement[] {
  return [
    h("option", { value: "" }, "Choose a bed"),
    ...wardsOf(beds).map((ward) =>
      h(
        "optgroup",
        { label: ward.name },
        ...ward.beds.map((bed) => h("option", { value: bed.id }, bedName(bed))),
      ),
    ),
  ];
}
