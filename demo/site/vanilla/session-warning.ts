import "sojourn/element";
import type { Handover } from "../app/handover.js";
import { warningMessages, workAtRisk } from "../app/texts.js";
import { h, say, watch } from "../shell/h.js";

/** The warning, with what only the application knows: whether work is saved. */
export function sessionWarning({ session, draft }: Handover, signal: AbortSignal): HTMLElement {
  const work = h("p", { slot: "work" });
  watch(draft, (state) => say(work, workAtRisk(state)), signal);
  // The end has a screen of its own here, also where somebody else has signed in.
  const shown = (event: Event) => event.preventDefault();
  const element = h("session-warning", { onpurge: shown, onreset: shown }, work);
  element.messages = warningMessages;
  element.session = session;
  return element;
}
