import type { FastifyInstance } from "fastify";
import { unauthorized } from "../../../src/backend/http/replies.js";
import { deviceOf } from "../device.js";
import { asRequest } from "../http/fetch.js";
import type { Services } from "../services.js";

export const credentials = {
  type: "object",
  required: ["username", "password"],
  additionalProperties: false,
  properties: {
    username: { type: "string", maxLength: 100 },
    password: { type: "string", maxLength: 1000 },
  },
} as const;

/** One answer for a wrong name and a wrong password. Guessing is slowed down by the address it comes from. */
export function loginRoutes(app: FastifyInstance, services: Services): void {
  const { auth, config, metrics, users } = services;
  app.post<{ Body: { username: string; password: string } }>(
    "/login",
    {
      schema: { body: credentials },
      config: { rateLimit: { max: config.loginRate, timeWindow: "1 minute" } },
    },
    async (request, reply) => {
      const user = await users.verify(request.body.username, request.body.password);
      if (!user) {
        metrics.count("signInFailures");
        return reply.send(unauthorized({ error: "bad_credentials" }));
      }
      const startedFrom = deviceOf(request.headers["user-agent"]);
      return reply.send(await auth.signIn(asRequest(request), user.id, { startedFrom }));
    },
  );
}
