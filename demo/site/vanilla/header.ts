import type { Handover } from "../app/handover.js";
import { screenOf } from "../app/screen.js";
import { clinic, wards } from "../app/texts.js";
import { h } from "./h.js";
import { brandMark, gaugesIcon } from "./icons.js";
import type { Panel } from "./panel/session-panel.js";

/** Where one is, who one is, and the way out: on every page of a signed-in user. */
export function header({ session, leaving, signOut }: Handover, panel: Panel): HTMLElement {
  const toggle = h(
    "button",
    { type: "button", class: "button quiet", "aria-controls": panel.element.id, onclick: panel.toggle },
    gaugesIcon(),
    h("span", { class: "toggle-word" }, "Session"),
  );
  panel.onToggle((open) => toggle.setAttribute("aria-expanded", String(open)));

  const name = h("span", { class: "user-name" });
  const out = h("button", { type: "button", class: "button", onclick: () => void signOut() }, "Sign out");
  const user = h("div", { class: "user" }, name, out);
  session.subscribe((state) => {
    const screen = screenOf(state);
    const live = state.status === "active" || state.status === "warning";
    // Whoever is signed in can leave, also while the server has not said yet who it is.
    user.hidden = !live;
    name.textContent = screen.name === "notebook" ? screen.user.name : "";
  });
  leaving.subscribe((how) => {
    out.ariaDisabled = how === "leaving" ? "true" : null;
  });

  return h(
    "header",
    { class: "bar" },
    h("p", { class: "brand" }, brandMark(), "Handover"),
    h("p", { class: "place" }, h("span", {}, clinic), h("span", {}, wards)),
    h("div", { class: "bar-end" }, user, toggle),
  );
}
