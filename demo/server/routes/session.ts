import type { FastifyInstance, FastifyReply } from "fastify";
import type { Found } from "../../../src/backend/sessions.js";
import { noSession, otherSession } from "../http/errors.js";
import { sessionBody } from "../http/session-body.js";
import type { Services } from "../services.js";

/** Peek looks, touch slides. Both work when the access lifetime has passed: the session is what counts here. */
export function sessionRoutes(app: FastifyInstance, { cookies, metrics, sessions, users }: Services): void {
  const answer = (reply: FastifyReply, found: Found, counter: "peeks" | "touches") => {
    const user = found.alive && users.byId(found.session.userId);
    if (!found.alive && found.reason === "renewed") return otherSession(reply);
    if (!found.alive || !user) return noSession(reply, found, metrics);
    metrics.count(counter);
    return sessionBody(found.session, user);
  };

  app.get("/session", async (request, reply) =>
    answer(reply, await sessions.peek(cookies.sessionId(request)), "peeks"),
  );

  app.post("/session/touch", async (request, reply) =>
    answer(reply, await sessions.touch(cookies.sessionId(request)), "touches"),
  );
}
