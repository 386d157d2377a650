import type { SessionDevtools } from "sojourn/devtools";
import type { HandoverSession } from "../app/session.js";
import { h } from "./h.js";
import { toolsIcon } from "./icons.js";

/** The package's own developer tools, in a drawer below the application. They are loaded when they are first opened. */
export function devtools(session: HandoverSession): {
  readonly button: HTMLButtonElement;
  readonly drawer: HTMLElement;
} {
  const place = h("div", { class: "drawer-body" });
  const drawer = h(
    "section",
    { class: "drawer", id: "devtools", "aria-label": "Developer tools", hidden: true },
    place,
  );
  const button = h(
    "button",
    {
      type: "button",
      class: "button quiet small",
      "aria-controls": drawer.id,
      "aria-expanded": "false",
      onclick: () => void toggle(),
    },
    toolsIcon(),
    h("span", { class: "strip-word" }, "Developer tools"),
  );
  let tools: SessionDevtools | undefined;

  async function toggle() {
    const open = drawer.hidden;
    drawer.hidden = !open;
    button.ariaExpanded = String(open);
    if (!open) return tools?.destroy();
    // Watches from now on, also while the drawer is shut.
    tools ??= (await import("sojourn/devtools")).createDevtools(session);
    if (!drawer.hidden) tools.render(place, "dark");
  }

  return { button, drawer };
}
