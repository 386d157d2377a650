import type { FastifyInstance } from "fastify";
import { noSession, otherSession, unauthorized } from "../http/errors.js";
import { sessionBody } from "../http/session-body.js";
import type { Services } from "../services.js";

const body = {
  type: "object",
  required: ["password"],
  additionalProperties: false,
  properties: { password: { type: "string", maxLength: 1000 } },
} as const;

/**
 * The password once more, in a session that goes on: a new id, the same limits. Guessing is slowed down as it is at the
 * sign-in: whoever sits at a forgotten desk has the session, and not the password.
 */
export function reauthenticateRoutes(app: FastifyInstance, services: Services): void {
  const { config, cookies, metrics, sessions, users } = services;
  app.post<{ Body: { password: string } }>(
    "/session/reauthenticate",
    { schema: { body }, config: { rateLimit: { max: config.loginRate, timeWindow: "1 minute" } } },
    async (request, reply) => {
      const id = cookies.sessionId(request);
      const found = await sessions.peek(id);
      if (!found.alive && found.reason === "renewed") return otherSession(reply);
      const user = found.alive && users.byId(found.session.userId);
      if (!found.alive || !user) return noSession(reply, found, metrics);
      if (!(await users.verify(user.username, request.body.password))) {
        metrics.count("signInFailures");
        return unauthorized(reply, { error: "bad_credentials" });
      }
      const again = await sessions.reauthenticate(id);
      // It has ended while the password was looked at.
      if (!again) return unauthorized(reply, { error: "no_session", reason: "none" });
      metrics.count("reauthentications");
      cookies.setSessionId(reply, again.id);
      cookies.setRefreshToken(request, reply, again.session.epoch, again);
      return sessionBody(again.session, user);
    },
  );
}
