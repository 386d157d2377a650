import { type FormEvent, useRef, useState } from "react";
import { people } from "../app/people.js";
import type { SignInProblem } from "../app/sign-in.js";
import { signInProblem } from "../app/texts.js";
import { usePlace } from "./handover.js";

/** Password managers know these fields, and pasting is nobody's business to forbid. */
export function SignInForm() {
  const { handover } = usePlace();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<SignInProblem>();
  const [busy, setBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    const wrong = await handover.signIn({ username: username.trim(), password });
    setBusy(false);
    setProblem(wrong);
    if (wrong === "credentials") passwordField.current?.select();
  }

  const refused = problem === "credentials" && {
    "aria-invalid": true,
    "aria-describedby": "sign-in-problem",
  };
  // A script that fails to load must not put a password into the address: post, and to a route that refuses plain forms.
  return (
    <form className="sign-in" method="post" action="/login" onSubmit={submit}>
      <div className="field">
        <label htmlFor="username">User name</label>
        <input
          id="username"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={username}
          onChange={({ target }) => setUsername(target.value)}
          {...refused}
        />
      </div>
      <div className="field">
        <label htmlFor="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
          ref={passwordField}
          {...refused}
        />
      </div>
      <p className="problem" role="alert" id="sign-in-problem">
        {problem && signInProblem[problem]}
      </p>
      <button type="submit" className="button primary wide" aria-disabled={busy} ref={button}>
        Sign in
      </button>
      <div className="people">
        <p id="people">This is a demo. Two people work here:</p>
        <ul aria-labelledby="people">
          {people.map((person) => (
            <li key={person.username}>
              <button
                type="button"
                className="person"
                onClick={() => {
                  setUsername(person.username);
                  setPassword(person.password);
                  button.current?.focus();
                }}
              >
                <span>{person.name}</span>
                <code>{`${person.username} / ${person.password}`}</code>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </form>
  );
}
