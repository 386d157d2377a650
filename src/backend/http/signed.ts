import type { Backend } from "../backend.js";
import type { Dead, Found, LiveSession } from "../found.js";
import { notFresh, otherSession, unauthorized } from "./replies.js";

/** A living session and its user, or the answer where there is none. */
export type Signed<User> =
  | { readonly session: LiveSession; readonly user: User; readonly refusal?: undefined }
  | { readonly session?: undefined; readonly user?: undefined; readonly refusal: Response };

export async function signed<User>(backend: Backend<User>, found: Found): Promise<Signed<User>> {
  if (!found.alive) return { refusal: noSession(backend, found.reason) };
  const user = await backend.user(found.session.userId);
  return user === undefined ? { refusal: noSession(backend, "none") } : { session: found.session, user };
}

/** The same for a browser's own session: one that goes on under another id has not ended. */
export async function owned<User>(backend: Backend<User>, found: Found): Promise<Signed<User>> {
  if (!found.alive && found.reason === "renewed") return { refusal: otherSession() };
  return signed(backend, found);
}

/** The answer where the user authenticated longer ago than `maxAge` ms. */
export function refuseStale<User>(
  { tell }: Backend<User>,
  { authenticatedAgo }: LiveSession,
  maxAge: number,
): Response | undefined {
  if (authenticatedAgo <= maxAge) return undefined;
  tell("not-fresh");
  return notFresh(maxAge);
}

/** Nobody is signed in by that id, and why, as far as it is known. */
export function noSession<User>({ tell }: Backend<User>, reason: Dead["reason"]): Response {
  tell("no-session");
  return unauthorized({ error: "no_session", reason });
}
