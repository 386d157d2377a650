import type { Handover } from "../app/handover.js";
import { readNewcomer } from "../app/newcomer.js";
import type { Screen } from "../app/screen.js";
import { newcomerTitle, unconfirmed, whyClosed } from "../app/texts.js";
import { bookCover } from "../shell/book-cover.js";
import { h, say, watch } from "../shell/h.js";
import { signInForm } from "./sign-in-form.js";

/** The session is over: why, and the way back in, right here. The same person finds the draft again. */
export function closedScreen(
  screen: Extract<Screen, { name: "closed" }>,
  handover: Handover,
  signal: AbortSignal,
): HTMLElement {
  const { title, text } = whyClosed(screen, handover.limits);
  const heading = h("h1", { tabindex: -1 }, title);
  const why = h("p", { class: "lead" }, text);

  if (screen.reason === "replaced") {
    void readNewcomer().then((name) => {
      if (name && !signal.aborted) say(heading, newcomerTitle(name));
    });
    const reload = () => location.reload();
    const button = h("button", { type: "button", class: "button primary", onclick: reload }, "Continue");
    return bookCover(heading, why, h("p", { class: "actions" }, button));
  }

  const note = h("p", { class: "notice", role: "status" });
  watch(handover.signOut.unconfirmed, (open) => say(note, open ? unconfirmed : ""), signal);
  return bookCover(heading, why, note, signInForm(handover));
}
