import { readBffSession } from "sojourn/presets";
import type { HandoverSession, Person } from "./session.js";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type SignInProblem = "credentials" | "too-many" | "unreachable";

/** Signs in at the server and begins the session in every tab. Resolves with what went wrong, if anything did. */
export async function signIn(
  session: HandoverSession,
  credentials: Credentials,
): Promise<SignInProblem | undefined> {
  try {
    const reply = await fetch("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
      body: JSON.stringify(credentials),
    });
    if (reply.status === 401) return "credentials";
    if (reply.status === 429) return "too-many";
    if (!reply.ok) return "unreachable";
    await session.start(readBffSession<Person>(await reply.json()));
  } catch {
    return "unreachable";
  }
  return undefined;
}
