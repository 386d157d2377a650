import { announcement } from "../app/announcements.js";
import { countDown } from "../app/countdown.js";
import type { Handover } from "../app/handover.js";
import { extendFailed, warningText, workAtRisk } from "../app/texts.js";
import { asClock } from "../app/time.js";
import type { Limit } from "../app/warning.js";
import { h, say } from "./h.js";

/** The warning. A native modal dialog: above everything, with everything behind it out of reach. */
export function warningDialog({ session, warning, draft }: Handover): HTMLDialogElement {
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
    { type: "button", class: "button primary", onclick: warning.extend },
    "Stay signed in",
  );
  const ok = h("button", { type: "button", class: "button primary", onclick: warning.dismiss }, "OK");
  const out = h(
    "button",
    { type: "button", class: "button", onclick: () => void warning.signOut() },
    "Sign out",
  );

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

  let counting = new AbortController();
  let about: Limit | undefined;

  function open(limit: Limit) {
    about = limit;
    const left = session.timeLeft(limit);
    const words = warningText(limit, left);
    say(title, words.title);
    say(text, words.text);
    say(work, workAtRisk(draft.get()));
    say(announcements, "");
    stay.hidden = limit === "absolute";
    ok.hidden = limit === "idle";
    if (!dialog.open) dialog.showModal();
    (limit === "idle" ? stay : ok).focus();

    counting.abort();
    counting = new AbortController();
    let before: number | undefined;
    const show = (ms: number) => {
      const seconds = Math.ceil(ms / 1000);
      say(clock, asClock(ms));
      const words = announcement(before, seconds);
      if (words) say(announcements, words);
      before = seconds;
    };
    countDown(() => session.timeLeft(limit), show, counting.signal);
  }

  function shut() {
    about = undefined;
    counting.abort();
    if (dialog.open) dialog.close();
  }

  /** Escape is a way to say "I'm here". Nothing but the session's own state closes a running countdown. */
  function onKey(event: Event) {
    const { key, shiftKey } = event as KeyboardEvent;
    if (key === "Tab") return turn(event, shiftKey ? -1 : 1);
    if (key !== "Escape") return;
    event.preventDefault();
    if (about === "idle") void warning.extend();
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
    if (about) open(about);
  }

  warning.subscribe(({ limit, dismissed, pending, failed }) => {
    const wanted = dismissed ? undefined : limit;
    if (wanted && wanted !== about) open(wanted);
    else if (!wanted) shut();
    stay.ariaDisabled = pending ? "true" : null;
    stay.ariaBusy = pending ? "true" : null;
    say(problem, failed ? extendFailed : "");
  });
  return dialog;
}
