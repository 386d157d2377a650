import type { EndReason, Session } from "../index.js";
import type { PurgeDetail, SessionWarningEventMap } from "./events.js";
import { safeReturnTo } from "./return-to.js";

/** What the element knows of the life and the end of a session. */
export interface Ending {
  /** Somebody is signed in, and the server cannot be reached. */
  readonly offline: boolean;
  /** Why it is over, while the ended view is to be shown. */
  readonly reason: EndReason | undefined;
  /** Looks at the session. */
  look(): void;
  /** "Sign in again". */
  signIn(): void;
}

/**
 * What follows from the end of a session: the curtain, then the purge, then the notice or another page. Whoever has
 * just signed out here is told nothing; whoever comes after somebody else gets a new page.
 */
export function watchEnding(host: Element, session: Session<unknown>, update: () => void): Ending {
  let reason: EndReason | undefined;
  /** The end that was dealt with. */
  let seen: EndReason | undefined;
  let subject: string | undefined;
  /** This page was of a session: only then has it anything to hide. */
  let used = false;
  let leaving = false;

  /** Returns whether the event's default is to happen. */
  const emit = (name: keyof SessionWarningEventMap, detail?: PurgeDetail) =>
    host.dispatchEvent(new CustomEvent(name, { cancelable: true, detail }));
  const show = (next?: EndReason) => {
    reason = next;
    update();
  };
  /** A new page, until which the curtain stays; or what the application does instead. */
  function renew(event: "reset" | "signin") {
    leaving = emit(event);
    if (leaving) location.reload();
    else show();
  }

  return {
    get offline() {
      const { status, connection } = session.getState();
      return connection === "retrying" && (status === "active" || status === "warning");
    },
    get reason() {
      return reason;
    },
    look() {
      const state = session.getState();
      if (leaving) return;
      if (state.status === "active" || state.status === "warning") {
        const before = subject;
        subject = session.inspect().record?.subject;
        used = true;
        seen = undefined;
        if (!reason) return;
        // What is beneath the curtain is the work of whoever was here before.
        if (subject && subject === before) show();
        else renew("reset");
      } else if (state.status === "ended" && used && state.reason !== seen) {
        const { reason: why, origin } = state;
        const first = !seen;
        seen = why;
        if (why !== "logout" || origin !== "this-tab") show(why);
        if (first && !emit("purge", { reason: why, origin })) show();
        if (why === "replaced") renew("reset");
        else {
          const allowed = host.getAttribute("allowed-origins")?.split(/\s+/);
          const target = reason && safeReturnTo(host.getAttribute("return-to"), allowed);
          if (target) location.assign(target);
        }
      }
    },
    signIn: () => renew("signin"),
  };
}
