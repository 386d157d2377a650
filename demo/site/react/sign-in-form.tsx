import { type FormEvent, useRef, useState } from "react";
import { people } from "../app/people.js";
import type { Credentials, SignInProblem } from "../app/sign-in.js";
import { signInProblem } from "../app/texts.js";
import { usePlace } from "./handover.js";

/** Password managers know these fields, and pasting is nobody's business to forbid. */
export function SignInForm() {
  const { handover } = usePlace();
  const [problem, setProblem] = useState<SignInProblem>();
  const [busy, setBusy] = useState(false);
  const username = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  function fill(person: Credentials) {
    if (username.current) username.current.value = person.username;
    if (password.current) password.current.value = person.password;
    button.current?.focus();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    // From the fields themselves: what fills them in need not tell of it.
    const entered = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(undefined);
    const wrong = await handover.signIn({
      username: `${entered.get("username")}`.trim(),
      password: `${entered.get("password")}`,
    });
    setBusy(false);
    setProblem(wrong);
    if (wrong === "credentials") password.current?.select();
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
          ref={username}
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
          ref={password}
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
              <button type="button" className="person" onClick={() => fill(person)}>
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
