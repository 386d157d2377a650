import type { Handover } from "../../app/handover.js";
import { createStore, type Readable } from "../../app/store.js";
import { h } from "../h.js";
import { crossIcon } from "../icons.js";
import { deadlines } from "./deadlines.js";
import { eventLog } from "./event-log.js";
import { facts } from "./facts.js";
import { openTabs } from "./open-tabs.js";
import { serverCounts } from "./server-counts.js";
import { troubles } from "./troubles.js";

export interface Panel {
  readonly element: HTMLElement;
  readonly open: Readable<boolean>;
  toggle(): void;
  /** Something new is to be seen: a panel that lies over it goes away. */
  stepAside(): void;
}

/**
 * What the session is doing: an instrument beside the application, not part of it. Nothing in it counts as activity.
 * Where there is no room beside `desk` the panel lies over it.
 */
export function sessionPanel(handover: Handover, desk: HTMLElement): Panel {
  const narrow = matchMedia("(width < 70rem)");
  const open = createStore(false);
  /** Lives while the panel is open: nothing in it ticks or asks while nobody looks. */
  let life = new AbortController();

  const heading = h("h2", { tabindex: -1 }, "What the session is doing");
  const body = h("div", { class: "panel-body" });
  const element = h(
    "aside",
    { class: "panel", id: "session-panel", "aria-label": "What the session is doing", onkeydown: onKey },
    h(
      "div",
      { class: "panel-head" },
      heading,
      h(
        "button",
        {
          type: "button",
          class: "button quiet icon-only",
          "aria-label": "Close the session panel",
          onclick: toggle,
        },
        crossIcon(),
      ),
    ),
    body,
  );

  open.subscribe((isOpen) => {
    element.hidden = !isOpen;
    life.abort();
    life = new AbortController();
    const { signal } = life;
    body.replaceChildren(
      ...(isOpen
        ? [
            facts(handover, signal),
            deadlines(handover, signal),
            troubles(handover, signal),
            openTabs(handover, signal),
            serverCounts(signal),
            eventLog(handover, signal),
          ]
        : []),
    );
    desk.inert = isOpen && narrow.matches;
  });

  function toggle() {
    open.set(!open.get());
    if (!open.get()) desk.querySelector<HTMLElement>(`[aria-controls="${element.id}"]`)?.focus();
    else if (narrow.matches) heading.focus();
  }

  function onKey(event: Event) {
    if ((event as KeyboardEvent).key === "Escape" && narrow.matches) toggle();
  }

  /** Open where there is room beside the application, and shut where there is not. */
  function settle() {
    open.set(!narrow.matches);
    desk.inert = false;
  }
  narrow.addEventListener("change", settle);
  settle();
  return {
    element,
    open,
    toggle,
    stepAside() {
      if (narrow.matches) open.set(false);
    },
  };
}
