import type { FastifyInstance, FastifyReply } from "fastify";
import type { Dead } from "../../../src/backend/sessions.js";
import { otherSession, unauthorized } from "../http/errors.js";
import { sessionBody } from "../http/session-body.js";
import { answerWith } from "../http/status-trouble.js";
import { breakConnection } from "../http/troubled.js";
import type { Services } from "../services.js";

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
const headers = {
  type: "object",
  properties: { "idempotency-key": { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" } },
} as const;

interface Refresh {
  readonly epoch?: string | number;
}

/**
 * Rotates the refresh token and renews the access lifetime. The user need not be there, so it slides nothing.
 *
 * Who names an `epoch` means that session and no other: the cookies can be those of the next sign-in already, of which
 * the tab that asks has not heard. It is told so, and nothing is rotated.
 */
export function refreshRoutes(app: FastifyInstance, services: Services): void {
  const { cookies, metrics, sessions, trouble, users } = services;

  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.url === "/refresh") metrics.count("refreshRequests");
  });

  const refuse = (reply: FastifyReply, reason: Dead["reason"]) => {
    metrics.count("invalidGrants");
    return unauthorized(reply, { error: "invalid_grant", reason });
  };

  app.post<{ Headers: { "idempotency-key"?: string }; Body: Refresh | null }>(
    "/refresh",
    { schema: { headers } },
    async (request, reply) => {
      const id = cookies.sessionId(request);
      const status = trouble.takeStatus();
      if (status) return answerWith(reply, status);
      if (trouble.takeRejection()) {
        await sessions.end(id, "revoked");
        return refuse(reply, "revoked");
      }

      const rotated = await sessions.rotate(id, {
        tokens: (epoch) => cookies.refreshTokens(request, epoch),
        epoch: request.body?.epoch,
        key: request.headers["idempotency-key"],
      });
      if (rotated.outcome === "other") return otherSession(reply);
      if (rotated.outcome === "late") {
        metrics.count("lateAttempts");
        return reply.code(409).send({ error: "late_attempt" });
      }
      if (rotated.outcome === "refused" && rotated.reason === "renewed") return otherSession(reply);
      if (rotated.outcome === "refused") return refuse(reply, rotated.reason);
      if (rotated.outcome === "reuse") {
        metrics.count("reuses");
        return refuse(reply, "revoked");
      }
      metrics.count(rotated.outcome === "rotated" ? "refreshes" : "replays");
      const user = users.byId(rotated.session.userId);
      if (!user) return refuse(reply, "none");
      if (trouble.takeDeath()) process.kill(process.pid, "SIGKILL");
      if (trouble.takeLostReply()) return breakConnection(request, reply);
      cookies.setRefreshToken(request, reply, rotated.session.epoch, rotated);
      return sessionBody(rotated.session, user);
    },
  );
}
