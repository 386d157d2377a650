import { SessionGate } from "sojourn/react";
import { ClosedScreen } from "./closed-screen.js";
import { usePlace, useReadable } from "./handover.js";
import { NotebookScreen } from "./notebook-screen.js";
import { OpeningScreen } from "./opening-screen.js";
import { PageHeader } from "./page-header.js";
import { SessionWarning } from "./session-warning.js";
import { SignInScreen } from "./sign-in-screen.js";

/** Header, the screen that the session's state asks for, and the warning above them. */
export function App() {
  const { connection } = usePlace().handover;
  return (
    <>
      <PageHeader />
      <p className="banner" role="status">
        {useReadable(connection)}
      </p>
      <main className="stage">
        <SessionGate
          fallback={<OpeningScreen />}
          signedOut={<SignInScreen />}
          ended={(state) => <ClosedScreen key={state.reason} {...state} />}
        >
          {({ user }) => (user ? <NotebookScreen user={user} /> : <OpeningScreen />)}
        </SessionGate>
      </main>
      <SessionWarning />
    </>
  );
}
