import { h } from "./h.js";
import { gaugesIcon } from "./icons.js";
import type { Panel } from "./panel/session-panel.js";

/** The one application, three times: the same logic, the same looks, three ways to make a view. */
const BUILDS = { Vanilla: "/", React: "/react/", Vue: "/vue/" };

/** What belongs to the demo and not to the application: the way to its other builds, and to what looks inside. */
export function strip(panel: Panel, tools: HTMLElement): HTMLElement {
  const here = location.pathname.replace(/index\.html$/, "");
  const toggle = h(
    "button",
    { type: "button", class: "button quiet small", "aria-controls": panel.element.id, onclick: panel.toggle },
    gaugesIcon(),
    h("span", { class: "strip-word" }, "Session"),
  );
  panel.open.subscribe((open) => toggle.setAttribute("aria-expanded", String(open)));
  return h(
    "section",
    { class: "strip", "aria-label": "About this demo" },
    h("p", { class: "strip-words", id: "builds" }, "One application, three builds"),
    h(
      "ul",
      { class: "builds", "aria-labelledby": "builds" },
      ...Object.entries(BUILDS).map(([name, path]) =>
        h("li", {}, h("a", { href: path, "aria-current": path === here && "page" }, name)),
      ),
    ),
    h("div", { class: "strip-end" }, tools, toggle),
  );
}
