import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Loss, Trouble } from "../trouble.js";
import { answerWith } from "./status-trouble.js";

const SLOW = /^\/(refresh|sessions?|api|oauth\/(token|userinfo|api))(\/|$)/;

/** Makes the routes of this scope suffer from `down` and `slowMs`. */
export function addTrouble(app: FastifyInstance, trouble: Trouble): void {
  const closing = new AbortController();
  app.addHook("preClose", async () => closing.abort());
  app.addHook("onRequest", async (request, reply) => {
    if ((await trouble.state()).down) return breakConnection(request, reply);
  });
  app.addHook("preHandler", async (request) => {
    if (!SLOW.test(request.routeOptions.url ?? "")) return;
    const { slowMs } = await trouble.state();
    if (slowMs > 0) {
      await delay(slowMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  });
}

/** The client sees a connection that was reset, and cannot know how far its request came. */
export function breakConnection(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}

/** What was said does not come through, or not all of it. */
export async function loseReply(
  how: Exclude<Loss, false>,
  request: FastifyRequest,
  reply: FastifyReply,
  said: Response,
): Promise<FastifyReply> {
  if (how === true) return breakConnection(request, reply);
  if (how === "gateway") return answerWith(reply, { status: 502, body: "html" });
  const body = await said.text();
  reply.hijack();
  // Without a length it is chunked, and the last chunk never comes.
  reply.raw.writeHead(said.status, [...said.headers].flat());
  reply.raw.write(body.slice(0, body.length / 2), () => request.raw.socket.destroy());
  return reply;
}
