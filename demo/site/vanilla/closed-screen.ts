import type { Handover } from "../app/handover.js";
import { readNewcomer } from "../app/newcomer.js";
import type { Screen } from "../app/screen.js";
import { unconfirmed, whyClosed } from "../app/texts.js";
import { whileVisible } from "../app/while-visible.js";
import { cover } from "./cover.js";
import { h, say, watch } from "./h.js";
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
      if (name && !signal.aborted) say(heading, `${name} signed in on this computer`);
    });
    const reload = () => location.reload();
    return cover(
      heading,
      why,
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", class: "button primary", onclick: reload }, "Continue"),
      ),
    );
  }

  const note = h("p", { class: "notice", role: "status" });
  const { leaving, session } = handover;
  const show = () => {
    const open = leaving.get() === "unconfirmed" && !session.inspect().record?.end?.confirmed;
    say(note, open ? unconfirmed : "");
  };
  watch(leaving, show, signal);
  whileVisible(2000, show, signal);
  return cover(heading, why, note, signInForm(handover));
}
