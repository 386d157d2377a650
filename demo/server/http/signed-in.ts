import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Services } from "../services.js";
import type { User } from "../users.js";
import { asRequest } from "./fetch.js";

declare module "fastify" {
  interface FastifyRequest {
    user: User | null;
  }
  interface FastifyContextConfig {
    /** How long ago the user may have given the password, in ms: somebody may have left the desk. */
    maxAge?: number;
  }
}

/**
 * Every route of this scope needs a living session and a fresh access lifetime. A hook, not a call in each handler:
 * a route that forgets is still guarded.
 */
export function signedInOnly(app: FastifyInstance, { auth }: Services): void {
  app.decorateRequest("user", null);
  app.addHook("onRequest", async (request, reply) => {
    const { maxAge } = request.routeOptions.config;
    const { user, refusal } = await auth.authenticate(
      asRequest(request),
      maxAge === undefined ? {} : { maxAge },
    );
    if (refusal) return reply.send(refusal);
    request.user = user;
  });
}

/** The user of a guarded route. */
export function userOf(request: FastifyRequest): User {
  if (!request.user) throw new Error("this route is not behind signedInOnly");
  return request.user;
}
