import type { Backend } from "./backend.js";
import { refuseForgery } from "./http/forgery.js";
import { json, unauthorized } from "./http/replies.js";
import { sessionBody } from "./http/session-body.js";
import { noSession, owned } from "./http/signed.js";
import type { Started } from "./sessions.js";

/** The session that came with the request dies, and another one begins (session fixation, ASVS V7.2.4). */
export async function signIn<User>(
  backend: Backend<User>,
  request: Request,
  userId: string,
  startedFrom: string | undefined,
): Promise<Response> {
  const forged = refuseForgery(backend, request);
  if (forged) return forged;
  const user = await backend.user(userId);
  if (user === undefined) throw new TypeError("signIn: `user` knows no such user");
  const cookies = backend.cookies(request);
  const started = await backend.sessions.signIn(userId, cookies.sessionId, { startedFrom });
  backend.tell("signed-in");
  return welcome(backend, request, started, user, true);
}

/**
 * The password once more, or what stands for it, in a session that goes on: a new id, the same limits. `verify` says
 * whether it is right.
 */
export async function reauthenticate<User>(
  backend: Backend<User>,
  request: Request,
  verify: (user: User) => boolean | Promise<boolean>,
): Promise<Response> {
  const { sessions, tell } = backend;
  const forged = refuseForgery(backend, request);
  if (forged) return forged;
  const { sessionId } = backend.cookies(request);
  const { user, refusal } = await owned(backend, await sessions.peek(sessionId));
  if (refusal) return refusal;
  if (!(await verify(user))) return unauthorized({ error: "bad_credentials" });
  const again = await sessions.reauthenticate(sessionId);
  // It has ended while the password was looked at.
  if (!again) return noSession(backend, "none");
  tell("reauthenticated");
  return welcome(backend, request, again, user, false);
}

/** The cookies of a session, and what the browser is told of it. */
function welcome<User>(
  backend: Backend<User>,
  request: Request,
  started: Started,
  user: User,
  afresh: boolean,
): Response {
  const cookies = backend.cookies(request);
  const reply = json(200, sessionBody(started.session, user));
  if (afresh) cookies.expire(reply.headers);
  cookies.setSessionId(reply.headers, started.id);
  cookies.setRefreshToken(reply.headers, started.session.epoch, started);
  return reply;
}
