import { h, say } from "../element/dom.js";
import type { Session } from "../session.js";
import { createBars } from "./bars.js";
import { createHead } from "./head.js";
import type { Recording } from "./recording.js";
import { createScrubber } from "./scrubber.js";
import { adoptStyles } from "./styles.js";
import { createDetails, createRecord, createTabs } from "./tables.js";
import { createTimeline } from "./timeline.js";
import { createTravel, type SimulatedTime } from "./travel.js";
import { viewOf } from "./view.js";

/** How the panel looks. */
export type Theme = "light" | "dark";

interface PanelOptions {
  readonly session: Session<unknown>;
  readonly recording: Recording;
  readonly world: SimulatedTime | undefined;
  readonly theme: Theme | undefined;
}

/** Shows a recording in an element, until it is told to stop. */
export function mountPanel(parent: Element, { session, recording, world, theme }: PanelOptions): () => void {
  let chosen: number | undefined;
  const choose = (number: number | undefined) => {
    chosen = number;
    show();
  };
  const [head, bars, tabs, record, details] = [
    createHead(),
    createBars(),
    createTabs(),
    createRecord(),
    createDetails(),
  ];
  const timeline = createTimeline(choose);
  const scrubber = createScrubber(choose);
  const travel = world && createTravel(world, show);

  function section(name: string, title: string, element: HTMLElement) {
    const heading = h("h3", {});
    say(heading, title);
    return h("section", { class: name, "aria-label": title }, heading, element);
  }
  const host = h("div", {});
  if (theme) host.dataset.theme = theme;
  const root = host.attachShadow({ mode: "open" });
  adoptStyles(root);
  const panel = h(
    "div",
    // Its language is English, whatever the page's is.
    { class: "panel", lang: "en", dir: "ltr", role: "region", "aria-label": "Session" },
    head.element,
    ...(travel ? [travel.element] : []),
    scrubber.element,
    h(
      "div",
      { class: "columns" },
      h(
        "div",
        { class: "facts-column" },
        section("deadlines", "Deadlines", bars.element),
        section("tabs", "Tabs", tabs.element),
        section("record", "Record", record.element),
      ),
      section("timeline", "Timeline", timeline.element),
      section("decision", "Decision", details.element),
    ),
  );
  root.append(panel);
  parent.append(host);

  function show() {
    const view = viewOf(session, recording, chosen);
    // What is not kept any more cannot be looked at.
    chosen = view.past?.number;
    panel.toggleAttribute("data-past", !!view.past);
    for (const part of [head, bars, tabs, record, details]) part.show(view);
    timeline.show(recording.decisions, chosen);
    scrubber.show(recording.decisions, chosen);
    travel?.show(view.past ? viewOf(session, recording, undefined) : view);
  }

  const ends = [recording.subscribe(show), session.subscribe(show)];
  // Countdowns. Nobody looks at a hidden page.
  const timer = setInterval(() => {
    if (!document.hidden && !chosen) show();
  }, 1000);

  return () => {
    for (const end of ends) end();
    clearInterval(timer);
    host.remove();
  };
}
