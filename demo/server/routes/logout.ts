import type { FastifyInstance } from "fastify";
import type { Services } from "../services.js";

interface Logout {
  readonly epoch?: string | number;
}

/**
 * Always 204: whoever asks twice, or after the end, is signed out too. The browser drops what it cached and stored.
 * https://www.w3.org/TR/clear-site-data/
 *
 * Who names an `epoch` means that session and no other: the word of an old end can come late, when the cookie of the
 * next sign-in is there already.
 */
export function logoutRoutes(app: FastifyInstance, { cookies, metrics, sessions }: Services): void {
  app.post<{ Body: Logout | null }>("/logout", async (request, reply) => {
    const id = cookies.sessionId(request);
    const epoch = request.body?.epoch;
    const found = epoch === undefined ? undefined : await sessions.peek(id);
    if (found?.alive && String(found.session.epoch) !== String(epoch)) return reply.code(204).send();

    if (await sessions.end(id, "ended")) metrics.count("signOuts");
    cookies.expire(request, reply);
    return reply.code(204).header("clear-site-data", '"cache", "storage"').send();
  });
}
