import type { Handover } from "../app/handover.js";
import { keyOf, type Screen, screenOf } from "../app/screen.js";
import { titleOf } from "../app/texts.js";
import { devtools } from "./devtools.js";
import { h } from "./h.js";
import { sessionPanel } from "./panel/session-panel.js";
import { stepUpDialog } from "./step-up-dialog.js";
import { strip } from "./strip.js";
import { transferDialog } from "./transfer-dialog.js";
import { yourSessionsDialog } from "./your-sessions-dialog.js";

/** What every build is put into. */
export interface Frame {
  /** Where the build draws header and screen. */
  readonly place: HTMLElement;
  /** Called with the heading of a new screen: whoever cannot see that everything has changed hears it. */
  arrive(heading: HTMLElement): void;
}

/** The page around the application: room for a build of it, the side panel, the title. */
export function mountFrame(body: HTMLElement, handover: Handover): Frame {
  const place = h("div", { class: "app" });
  const desk = h("div", { class: "desk" });
  const panel = sessionPanel(handover, desk);
  const tools = devtools(handover.session);
  desk.append(strip(panel, tools.button), place, tools.drawer);
  body.append(h("div", { class: "frame" }, desk, panel.element));
  transferDialog(handover);
  yourSessionsDialog(handover);
  stepUpDialog(handover);

  let shown: Screen | undefined;
  /** A first screen changes nothing: the focus is the browser's. */
  let moved = false;
  handover.session.subscribe((state) => {
    const screen = screenOf(state);
    document.title = titleOf(screen);
    if (shown && keyOf(shown) === keyOf(screen)) return;
    moved ||= shown !== undefined && shown.name !== "opening";
    shown = screen;
    place.dataset.screen = screen.name === "sign-in" || screen.name === "closed" ? "cover" : screen.name;
    if (moved) panel.stepAside();
  });

  return {
    place,
    arrive(heading) {
      if (!moved) return;
      window.scrollTo(0, 0);
      heading.focus({ preventScroll: true });
    },
  };
}
