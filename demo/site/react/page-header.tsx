import { useSession, useSessionWarning } from "sojourn/react";
import { clinic, countdown, sessionsTitle, wards } from "../app/texts.js";
import { BrandMark } from "./brand-mark.js";
import { usePlace, useReadable } from "./handover.js";

/** Where one is, who one is, and the way out: on every page of a signed-in user. */
export function PageHeader() {
  const { signOut, yourSessions } = usePlace().handover;
  const leaving = useReadable(signOut.under);
  const state = useSession();
  const live = "user" in state;
  return (
    <header className="bar">
      <p className="brand">
        <BrandMark />
        Handover
      </p>
      <p className="place">
        <span>{clinic}</span>
        <span>{wards}</span>
      </p>
      {/* Whoever is signed in can leave, also while the server has not said yet who it is. */}
      <div className="user" hidden={!live}>
        <LimitCountdown />
        <span className="user-name">{live && state.user?.name}</span>
        <button type="button" className="button quiet" onClick={yourSessions.open}>
          {sessionsTitle}
        </button>
        <button type="button" className="button" aria-disabled={leaving} onClick={signOut.run}>
          Sign out
        </button>
      </div>
    </header>
  );
}

/** A component of its own: while a limit is near it renders once a second. */
function LimitCountdown() {
  const { open, secondsLeft } = useSessionWarning();
  return <span className="countdown">{open && countdown(secondsLeft)}</span>;
}
