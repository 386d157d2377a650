import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { StoreUnavailable } from "../../../src/backend/store/store.js";

const CODES: Readonly<Record<number, string>> = {
  404: "not_found",
  413: "too_large",
  415: "unsupported_media_type",
  429: "rate_limited",
};

/** Seconds. */
const RETRY_AFTER = 2;

/** Every error is `{ error, … }`. What went wrong inside goes to the log and nowhere else. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    // Nothing is known of the session then, so nothing is said of it: it has not ended. The driver has said why.
    if (error instanceof StoreUnavailable)
      return reply.code(503).header("retry-after", RETRY_AFTER).send({ error: "unavailable" });
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

/** A 401 has to name a scheme (RFC 9110, 15.5.2). `Bearer` makes no browser open a dialog (RFC 6750, 3). */
export function unauthorized(
  reply: FastifyReply,
  body: { error: string; reason?: string },
  challenge = body.error === "invalid_token" ? 'Bearer error="invalid_token"' : "Bearer",
): FastifyReply {
  return reply.code(401).header("www-authenticate", challenge).send(body);
}
