import { readBffSession } from "sojourn/presets";
import type { HandoverSession, Person } from "./session.js";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type SignInProblem = "credentials" | "too-many" | "unreachable";

/** Signs in at the server and begins the session in every tab. Resolves with what went wrong, if anything did. */
export const signIn = (session: HandoverSession, credentials: Credentials) =>
  present(session, "/login", credentials);

/** Gives the password again in a session that goes on, in every tab. */
export const authenticateAgain = (session: HandoverSession, password: string) =>
  present(session, "/session/reauthenticate", { password });

async function present(
  session: HandoverSession,
  path: string,
  secret: object,
): Promise<SignInProblem | undefined> {
  try {
    const reply = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
      body: JSON.stringify(secret),
    });
    if (reply.status === 429) return "too-many";
    const body = await reply.json();
    if (reply.status === 401 && body.error === "bad_credentials") return "credentials";
    // The session has ended, or another tab was faster: the server knows.
    if (reply.status === 401 || reply.status === 409) await session.start();
    else if (reply.ok) await session.start(readBffSession<Person>(body));
    else return "unreachable";
  } catch {
    return "unreachable";
  }
  return undefined;
}
