import type { Handover } from "../app/handover.js";
import { keyOf, type Screen, screenOf } from "../app/screen.js";
import type { Frame } from "../shell/frame.js";
import { h, say, watch } from "../shell/h.js";
import { closedScreen } from "./closed-screen.js";
import { notebookScreen } from "./notebook-screen.js";
import { openingScreen } from "./opening-screen.js";
import { pageHeader } from "./page-header.js";
import { sessionWarning } from "./session-warning.js";
import { signInScreen } from "./sign-in-screen.js";

/** Header, the screen that the session's state asks for, and the warning above them. */
export function drawApp(frame: Frame, handover: Handover, signal: AbortSignal): void {
  const { session, connection } = handover;
  const banner = h("p", { class: "banner", role: "status" });
  watch(connection, (text) => say(banner, text), signal);
  const stage = h("main", { class: "stage" });
  const warning = sessionWarning(handover, signal);
  frame.place.append(pageHeader(handover, signal), banner, stage);
  document.body.append(warning);

  let shown: Screen | undefined;
  let view = new AbortController();
  watch(
    session,
    (state) => {
      const screen = screenOf(state);
      if (shown && keyOf(shown) === keyOf(screen)) return;
      shown = screen;
      view.abort();
      view = new AbortController();
      stage.replaceChildren(draw(screen, handover, view.signal));
      const heading = stage.querySelector("h1");
      if (heading) frame.arrive(heading);
    },
    signal,
  );

  signal.addEventListener("abort", () => {
    view.abort();
    frame.place.replaceChildren();
    warning.remove();
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
