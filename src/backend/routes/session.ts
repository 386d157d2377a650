import type { Backend, Route, ServerEvent } from "../backend.js";
import type { Found } from "../found.js";
import { json } from "../http/replies.js";
import { sessionBody } from "../http/session-body.js";
import { owned } from "../http/signed.js";

/** Peek looks, touch slides. Both work when the access lifetime has passed: the session is what counts here. */
export function sessionRoutes<User>(backend: Backend<User>): Route[] {
  const { sessions, tell } = backend;

  const answer = async (found: Found, event: ServerEvent) => {
    const { session, user, refusal } = await owned(backend, found);
    if (refusal) return refusal;
    tell(event);
    return json(200, sessionBody(session, user));
  };

  return [
    {
      method: "GET",
      path: "/session",
      answer: async (_request, { sessionId }) => answer(await sessions.peek(sessionId), "peeked"),
    },
    {
      method: "POST",
      path: "/session/touch",
      answer: async (_request, { sessionId }) => answer(await sessions.touch(sessionId), "touched"),
    },
  ];
}
