import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { unavailable } from "../../../src/backend/http/replies.js";
import { StoreUnavailable } from "../../../src/backend/store/store.js";

const CODES: Readonly<Record<number, string>> = {
  404: "not_found",
  413: "too_large",
  415: "unsupported_media_type",
  429: "rate_limited",
};

/** Every error is `{ error, … }`. What went wrong inside goes to the log and nowhere else. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    // The driver has said why.
    if (error instanceof StoreUnavailable) return reply.send(unavailable());
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      console.error(error);
      return reply.code(500).send({ error: "internal" });
    }
    return reply.code(status).send({
      error: CODES[status] ?? "invalid_request",
      ...(error.validation && { message: error.message }),
    });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "not_found" }));
}

/** A URL that cannot be decoded never reaches a route or a hook. */
export function answerBadUrl(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply
    .code(400)
    .header("cache-control", "no-store")
    .header("content-security-policy", "default-src 'none'")
    .send({ error: "invalid_request" });
}
