import type { FastifyInstance } from "fastify";
import { asRequest } from "../http/fetch.js";
import type { Services } from "../services.js";
import type { User } from "../users.js";

export const passwordBody = {
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
  const { auth, config, metrics, users } = services;
  app.post<{ Body: { password: string } }>(
    "/session/reauthenticate",
    {
      schema: { body: passwordBody },
      config: { rateLimit: { max: config.loginRate, timeWindow: "1 minute" } },
    },
    async (request, reply) => {
      const isRight = async ({ username }: User) => {
        const right = (await users.verify(username, request.body.password)) !== undefined;
        if (!right) metrics.count("signInFailures");
        return right;
      };
      return reply.send(await auth.reauthenticate(asRequest(request), isRight));
    },
  );
}
