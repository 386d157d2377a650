import type { FastifyInstance } from "fastify";
import type { Services } from "../services.js";

/**
 * Always 204: whoever asks twice, or after the end, is signed out too. The browser drops what it cached and stored.
 * https://www.w3.org/TR/clear-site-data/
 */
export function logoutRoutes(app: FastifyInstance, { cookies, metrics, sessions }: Services): void {
  app.post("/logout", async (request, reply) => {
    if (await sessions.end(cookies.sessionId(request), "ended")) metrics.count("signOuts");
    cookies.expire(reply);
    return reply.code(204).header("clear-site-data", '"cache", "storage"').send();
  });
}
