import type { HandoverSession } from "../app/session.js";
import { connectionTrouble } from "../app/texts.js";
import { h, say } from "./h.js";

/** Says that the server does not answer, while the session waits for it. */
export function connectionBanner(session: HandoverSession): HTMLElement {
  const banner = h("p", { class: "banner", role: "status" });
  const show = () => {
    const { status, connection } = session.getState();
    const signedIn = status === "active" || status === "warning";
    // What the browser says of the network is a hint, good for words and for nothing else.
    const trouble = connection === "retrying" || !navigator.onLine;
    say(banner, trouble ? connectionTrouble(signedIn, navigator.onLine) : "");
  };
  session.subscribe(show);
  for (const event of ["online", "offline"]) window.addEventListener(event, show);
  return banner;
}
