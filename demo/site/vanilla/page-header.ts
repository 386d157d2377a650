import { createWarning } from "sojourn/warning";
import type { Handover } from "../app/handover.js";
import { screenOf } from "../app/screen.js";
import { clinic, countdown, sessionsTitle, wards } from "../app/texts.js";
import { h, say, watch } from "../shell/h.js";
import { brandMark } from "../shell/icons.js";

/** Where one is, who one is, and the way out: on every page of a signed-in user. */
export function pageHeader({ session, signOut, yourSessions }: Handover, signal: AbortSignal): HTMLElement {
  const name = h("span", { class: "user-name" });
  const clock = h("span", { class: "countdown" });
  const out = h("button", { type: "button", class: "button", onclick: signOut.run }, "Sign out");
  const sessions = h(
    "button",
    { type: "button", class: "button quiet", onclick: yourSessions.open },
    sessionsTitle,
  );
  const user = h("div", { class: "user" }, clock, name, sessions, out);

  watch(
    session,
    (state) => {
      const screen = screenOf(state);
      // Whoever is signed in can leave, also while the server has not said yet who it is.
      user.hidden = !("user" in state);
      say(name, screen.name === "notebook" ? screen.user.name : "");
    },
    signal,
  );
  watch(
    signOut.under,
    (under) => {
      out.ariaDisabled = String(under);
    },
    signal,
  );
  const warning = createWarning(session);
  const count = () => {
    const { open, secondsLeft } = warning.getState();
    say(clock, open ? countdown(secondsLeft) : "");
  };
  signal.addEventListener("abort", warning.subscribe(count));
  count();

  return h(
    "header",
    { class: "bar" },
    h("p", { class: "brand" }, brandMark(), "Handover"),
    h("p", { class: "place" }, h("span", {}, clinic), h("span", {}, wards)),
    user,
  );
}
