import type { FastifyReply, FastifyRequest } from "fastify";
import type { Metrics } from "../metrics.js";
import { unauthorized } from "./errors.js";

/**
 * For routes that need more than a session: the user must have given the password within `maxAge` ms. What is missing is
 * said as RFC 9470 has it, so that a client can ask the user and try again.
 * https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
export function freshOnly(maxAge: number, metrics: Metrics) {
  const error = "insufficient_user_authentication";
  const challenge = `Bearer error="${error}", error_description="The password was given too long ago", max_age="${Math.floor(maxAge / 1000)}"`;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.authenticatedAgo <= maxAge) return;
    metrics.count("stepUps");
    return unauthorized(reply, { error }, challenge);
  };
}
