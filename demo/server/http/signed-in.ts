import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Services } from "../services.js";
import type { User } from "../users.js";
import { noSession, unauthorized } from "./errors.js";

declare module "fastify" {
  interface FastifyRequest {
    user: User | null;
    /** How long ago that user gave the password, in ms. */
    authenticatedAgo: number;
  }
}

/**
 * Every route of this scope needs a living session and a fresh access lifetime. A hook, not a call in each handler:
 * a route that forgets is still guarded. It only looks: a page that polls keeps nobody signed in.
 */
export function signedInOnly(app: FastifyInstance, { cookies, metrics, sessions, users }: Services): void {
  app.decorateRequest("user", null);
  app.decorateRequest("authenticatedAgo", Number.POSITIVE_INFINITY);
  app.addHook("onRequest", async (request, reply) => {
    const found = await sessions.peek(cookies.sessionId(request));
    const user = found.alive && users.byId(found.session.userId);
    if (!found.alive || !user) return noSession(reply, found, metrics);
    if (found.session.left.access <= 0) {
      metrics.count("invalidTokens");
      return unauthorized(reply, { error: "invalid_token" });
    }
    request.user = user;
    request.authenticatedAgo = found.session.authenticatedAgo;
  });
}

/** The user of a guarded route. */
export function userOf(request: FastifyRequest): User {
  if (!request.user) throw new Error("this route is not behind signedInOnly");
  return request.user;
}
