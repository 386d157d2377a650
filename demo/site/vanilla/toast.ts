import type { HandoverSession } from "../app/session.js";
import { stillHere } from "../app/texts.js";
import { h, say } from "./h.js";

const SHOWN = 6000;

/** Confirms an extension, also to those who hear the page. Only the tab that can be seen speaks. */
export function toast(session: HandoverSession): HTMLElement {
  const element = h("p", { class: "toast", role: "status" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const clear = () => {
    clearTimeout(timer);
    say(element, "");
  };
  session.on("extended", () => {
    if (document.visibilityState === "hidden") return;
    clear();
    say(element, stillHere);
    timer = setTimeout(clear, SHOWN);
  });
  session.on("warning", clear);
  session.on("ended", clear);
  return element;
}
