import "sojourn/element";
import type { ClassAttributes, HTMLAttributes } from "react";
import { createPortal } from "react-dom";
import type { SessionWarningElement } from "sojourn/element";
import { useSessionObject } from "sojourn/react";
import { warningMessages, workAtRisk } from "../app/texts.js";
import { usePlace, useReadable } from "./handover.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "session-warning": HTMLAttributes<SessionWarningElement> &
        ClassAttributes<SessionWarningElement> &
        Partial<Pick<SessionWarningElement, "session" | "messages">> & {
          onpurge?(event: Event): void;
          onreset?(event: Event): void;
        };
    }
  }
}

/** The end has a screen of its own here, also where somebody else has signed in. */
const shown = (event: Event) => event.preventDefault();

/** The warning, with what only the application knows: whether work is saved. */
export function SessionWarning() {
  const session = useSessionObject();
  const work = workAtRisk(useReadable(usePlace().handover.draft));
  return createPortal(
    <session-warning session={session} messages={warningMessages} onpurge={shown} onreset={shown}>
      <p slot="work">{work}</p>
    </session-warning>,
    document.body,
  );
}
