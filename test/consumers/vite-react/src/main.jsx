import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SessionGate, SessionProvider, useSession, useSessionObject, useSessionWarning } from "sojourn/react";
import { entered, session, signIn, words } from "./common/session.js";

function SignIn() {
  const submit = (event) => {
    event.preventDefault();
    void signIn(entered(event.currentTarget));
  };
  return (
    <form onSubmit={submit}>
      <label>
        User name <input name="username" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}

/** A warning of the application's own. */
function Warning() {
  const { open, secondsLeft, extend } = useSessionWarning();
  return open ? (
    <div role="alertdialog" aria-label="Still there?">
      <p>{secondsLeft} seconds left</p>
      <button type="button" onClick={extend}>
        Stay signed in
      </button>
    </div>
  ) : null;
}

function App() {
  const { logout } = useSessionObject();
  return (
    <main>
      <p>{words(useSession())}</p>
      <SessionGate signedOut={<SignIn />}>
        <button type="button" onClick={() => logout()}>
          Sign out
        </button>
      </SessionGate>
      <Warning />
    </main>
  );
}

createRoot(document.body.appendChild(document.createElement("div"))).render(
  <StrictMode>
    <SessionProvider session={session}>
      <App />
    </SessionProvider>
  </StrictMode>,
);
