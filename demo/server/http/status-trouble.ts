import type { FastifyReply } from "fastify";
import type { StatusTrouble } from "../trouble.js";

/** What a gateway in front of the application would say. */
export function answerWith(
  reply: FastifyReply,
  { status, retryAfter, body }: Omit<StatusTrouble, "count">,
): FastifyReply {
  reply.code(status);
  if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
  if (body === "json") return reply.send({ error: "trouble" });
  return reply
    .type("text/html; charset=utf-8")
    .send(`<!doctype html><title>${status}</title><h1>${status}</h1>`);
}
