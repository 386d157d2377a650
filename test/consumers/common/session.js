import { createSession } from "sojourn";
import { bff, readBffSession } from "sojourn/presets";

/** A warning after eight seconds without a sign of life. It lasts 20 s, so that a slow machine finds it open. */
export const session = createSession({ server: bff(), idle: { timeout: "28s", warning: "20s" } });

/** @param {{ username: string, password: string }} credentials */
export async function signIn(credentials) {
  const reply = await fetch("/login", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
    body: JSON.stringify(credentials),
  });
  await session.start(readBffSession(await reply.json()));
}

/** What the page says of the session. */
export function words(state) {
  if (state.status === "unknown") return "One moment …";
  return "user" in state ? `${state.user?.name} is signed in.` : "Nobody is signed in.";
}

/** @param {HTMLFormElement} form */
export const entered = (form) => Object.fromEntries(new FormData(form));
