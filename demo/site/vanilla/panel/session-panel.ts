import type { Handover } from "../../app/handover.js";
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
  toggle(): void;
  /** Something new is to be seen: a panel that lies over it goes away. */
  stepAside(): void;
  /** Calls `run` now and at every change. */
  onToggle(run: (open: boolean) => void): void;
  /** What the panel lies over where there is no room beside it. */
  covers(app: HTMLElement): void;
}

/** What the session is doing: an instrument beside the application, not part of it. Nothing in it counts as activity. */
export function sessionPanel(handover: Handover): Panel {
  const narrow = matchMedia("(width < 70rem)");
  const runs: ((open: boolean) => void)[] = [];
  let app: HTMLElement | undefined;
  let open = false;
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

  function set(next: boolean) {
    open = next;
    element.hidden = !open;
    life.abort();
    life = new AbortController();
    const { signal } = life;
    body.replaceChildren(
      ...(open
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
    if (app) app.inert = open && narrow.matches;
    for (const run of runs) run(open);
  }

  function toggle() {
    set(!open);
    if (open && narrow.matches) heading.focus();
    else if (!open) app?.querySelector<HTMLElement>(`[aria-controls="${element.id}"]`)?.focus();
  }

  function onKey(event: Event) {
    if ((event as KeyboardEvent).key === "Escape" && narrow.matches) toggle();
  }

  narrow.addEventListener("change", () => set(!narrow.matches));
  set(!narrow.matches);
  return {
    element,
    toggle,
    stepAside() {
      if (open && narrow.matches) set(false);
    },
    onToggle(run) {
      runs.push(run);
      run(open);
    },
    covers(covered) {
      app = covered;
    },
  };
}
