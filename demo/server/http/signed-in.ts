import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Services } from "../services.js";
import type { User } from "../users.js";
import { asRequest } from "./fetch.js";
import { guard } from "./guard.js";

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
  guard(app, async (request) => {
    const { maxAge } = request.routeOptions.config;
    const { user, refusal } = await auth.authenticate(
      asRequest(request),
      maxAge === undefined ? {} : { maxAge },
    );
    request.user = user ?? null;
    return refusal;
  });
}

/** The user of a guarded route. */
export function userOf(request: FastifyRequest): User {
  if (!request.user) throw new Error("this route is not behind signedInOnly");
  return request.user;
}
