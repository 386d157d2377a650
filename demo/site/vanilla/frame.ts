import type { Handover } from "../app/handover.js";
import { keyOf, type Screen, screenOf } from "../app/screen.js";
import { titleOf } from "../app/texts.js";
import { closedScreen } from "./closed-screen.js";
import { connectionBanner } from "./connection-banner.js";
import { h } from "./h.js";
import { header } from "./header.js";
import { notebookScreen } from "./notebook-screen.js";
import { openingScreen } from "./opening-screen.js";
import { sessionPanel } from "./panel/session-panel.js";
import { signInScreen } from "./sign-in-screen.js";
import { toast } from "./toast.js";
import { warningDialog } from "./warning-dialog.js";

/** The page: header, the screen that the session's state asks for, the side panel, and the warning above them all. */
export function mountFrame(place: HTMLElement, handover: Handover): void {
  const { session } = handover;
  const stage = h("main", { class: "stage" });
  const panel = sessionPanel(handover);
  const bar = header(handover, panel);
  const app = h("div", { class: "app" }, bar, connectionBanner(session), stage);
  panel.covers(app);
  place.append(h("div", { class: "frame" }, app, panel.element), toast(session), warningDialog(handover));

  let shown: Screen | undefined;
  let view = new AbortController();
  session.subscribe((state) => {
    const screen = screenOf(state);
    document.title = titleOf(screen, state.status === "warning");
    if (shown && keyOf(shown) === keyOf(screen)) return;
    const moved = shown !== undefined && shown.name !== "opening";
    shown = screen;
    view.abort();
    view = new AbortController();
    app.dataset.screen = screen.name === "sign-in" || screen.name === "closed" ? "cover" : screen.name;
    stage.replaceChildren(draw(screen, handover, view.signal));
    if (!moved) return;
    panel.stepAside();
    arrive(stage);
  });
}

function draw(screen: Screen, handover: Handover, signal: AbortSignal): Node {
  switch (screen.name) {
    case "sign-in":
      return signInScreen(handover);
    case "closed":
      return closedScreen(screen, handover, signal);
    case "notebook":
      return notebookScreen(screen.user, handover, signal);
    default:
      return openingScreen();
  }
}

/** Whoever cannot see that everything has changed hears the new heading. */
function arrive(stage: HTMLElement) {
  window.scrollTo(0, 0);
  stage.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
