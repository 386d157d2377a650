import type { Limit } from "sojourn";
import type { WarningState } from "sojourn/warning";
import { announcement } from "../app/announcements.js";
import type { Handover } from "../app/handover.js";
import { extendFailed, warningText, workAtRisk } from "../app/texts.js";
import { asClock } from "../app/time.js";
import { h, say } from "./h.js";

/** The warning. A native modal dialog: above everything, with everything behind it out of reach. */
export function warningDialog({ session, warning, draft, signOut }: Handover): HTMLDialogElement {
  const title = h("h2", { id: "warning-title" });
  const text = h("p", { id: "warning-text" });
  const work = h("p", { class: "warning-work" });
  // Seen, not heard: what is heard are the announcements.
  const clock = h("p", { class: "warning-clock", "aria-hidden": "true" });
  // Inside the dialog: what lies outside an open modal is not spoken.
  const announcements = h("p", { class: "visually-hidden", "aria-live": "assertive", "aria-atomic": "true" });
  const problem = h("p", { class: "problem", role: "alert" });
  const stay = h(
    "button",
    { type: "button", class: "button primary", onclick: () => void warning.extend() },
    "Stay signed in",
  );
  const ok = h("button", { type: "button", class: "button primary", onclick: warning.dismiss }, "OK");
  const out = h("button", { type: "button", class: "button", onclick: () => void signOut() }, "Sign out");

  const dialog = h(
    "dialog",
    {
      class: "warning",
      role: "alertdialog",
      "aria-labelledby": title.id,
      "aria-describedby": text.id,
      onkeydown: onKey,
      oncancel: (event) => event.preventDefault(),
      onclose: reopen,
    },
    title,
    text,
    clock,
    announcements,
    work,
    problem,
    h("div", { class: "actions" }, stay, ok, out),
  );

  /** The limit that the dialog is open for, and what was left of it at the last look. */
  let about: Limit | undefined;
  let before: number | undefined;

  function open({ limit, extendable }: WarningState) {
    about = limit;
    before = undefined;
    const words = warningText(extendable, session.timeLeft(limit));
    say(title, words.title);
    say(text, words.text);
    say(work, workAtRisk(draft.get()));
    say(announcements, "");
    stay.hidden = !extendable;
    ok.hidden = extendable;
    if (!dialog.open) dialog.showModal();
    (extendable ? stay : ok).focus();
  }

  function show() {
    const state = warning.getState();
    if (state.open && state.limit !== about) open(state);
    else if (!state.open && about) {
      about = undefined;
      dialog.close();
    }
    stay.ariaDisabled = state.pending ? "true" : null;
    stay.ariaBusy = state.pending ? "true" : null;
    say(problem, state.error ? extendFailed : "");
    // Of many tabs only the one that can be seen counts and speaks.
    if (!state.open || document.hidden) return;
    say(clock, asClock(state.secondsLeft * 1000));
    const words = announcement(before, state.secondsLeft);
    if (words) say(announcements, words);
    before = state.secondsLeft;
  }

  /** Escape is a way to say "I'm here". Nothing but the session's own state closes a running countdown. */
  function onKey(event: Event) {
    const { key, shiftKey } = event as KeyboardEvent;
    if (key === "Tab") return turn(event, shiftKey ? -1 : 1);
    if (key !== "Escape") return;
    event.preventDefault();
    if (warning.getState().extendable) void warning.extend();
    else warning.dismiss();
  }

  /** Tab goes round among the buttons: the native dialog would lead out of the page after the last. */
  function turn(event: Event, step: number) {
    event.preventDefault();
    const buttons = [stay, ok, out].filter((button) => !button.hidden);
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons.at((here + step) % buttons.length)?.focus();
  }

  /** Browsers have ways to close a dialog that ask nobody, such as a second "back" on a phone. */
  function reopen() {
    const state = warning.getState();
    if (about && state.open) open(state);
  }

  warning.subscribe(show);
  show();
  return dialog;
}
