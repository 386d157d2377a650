import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Dead, LiveSession } from "../../../src/backend/found.js";
import { hashOf } from "../../../src/backend/ids.js";
import { answerWith } from "../http/status-trouble.js";
import { breakConnection } from "../http/troubled.js";
import type { Services } from "../services.js";
import { ACR, CLIENT_ID } from "./client.js";
import { joinRefreshToken, splitRefreshToken } from "./refresh-token.js";

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
const headers = {
  type: "object",
  properties: { "idempotency-key": { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" } },
} as const;

type Form = Readonly<Record<string, string>>;
type TokenRequest = FastifyRequest<{ Headers: { "idempotency-key"?: string }; Body: Form }>;

/**
 * The token endpoint (RFC 6749, 4.1.3, 5 and 6). Refresh tokens rotate exactly as those in cookies do: one judge, one
 * grace for a reply that was lost, the family revoked when an old one comes back.
 */
export function tokenRoutes(app: FastifyInstance, { metrics, oauth, trouble, users }: Services): void {
  const { accessTokens, codes, dpop, grants } = oauth;

  const refuse = (reply: FastifyReply, error: string, description: string) => {
    if (error === "invalid_grant") metrics.count("invalidGrants");
    return reply.code(400).send({ error, error_description: description });
  };
  const refuseGrant = (reply: FastifyReply, reason: Dead["reason"]) =>
    refuse(reply, "invalid_grant", `the grant is over or unknown (${reason})`);

  /** Seconds, as ever. What comes after the tokens is this server's own, as RFC 6749, 5.1 permits. */
  async function tell(reply: FastifyReply, id: string, refreshToken: string, session: LiveSession) {
    const user = users.byId(session.userId);
    if (!user) return refuseGrant(reply, "none");
    return reply.send({
      access_token: await accessTokens.issue(hashOf(id), session),
      token_type: session.jkt === undefined ? "Bearer" : "DPoP",
      expires_in: session.left.access / 1000,
      refresh_token: joinRefreshToken(id, refreshToken),
      user,
      absoluteExpiresIn: session.left.absolute / 1000,
      authenticatedAgo: session.authenticatedAgo / 1000,
      acr: ACR,
    });
  }

  async function exchange({ body }: TokenRequest, reply: FastifyReply, jkt: string | undefined) {
    const { code = "", redirect_uri: redirectUri = "", code_verifier: verifier = "" } = body;
    const redeemed = await codes.redeem(code, { clientId: CLIENT_ID, redirectUri, verifier, jkt });
    if (redeemed.outcome === "reused" && redeemed.grant) await grants.endHandle(redeemed.grant, "revoked");
    if (redeemed.outcome !== "redeemed")
      return refuse(reply, "invalid_grant", "the code is used, too old, or not yours");
    const { userId, authenticatedAt } = redeemed;
    const { id, refreshToken, session } = await grants.signIn(userId, undefined, { jkt, authenticatedAt });
    if (!(await codes.exchanged(code, hashOf(id)))) {
      await grants.end(id, "revoked");
      return refuse(reply, "invalid_grant", "the code came twice");
    }
    metrics.count("codeExchanges");
    return tell(reply, id, refreshToken, session);
  }

  async function refresh(request: TokenRequest, reply: FastifyReply, jkt: string | undefined) {
    const { id, token } = splitRefreshToken(request.body.refresh_token);
    const status = await trouble.takeStatus();
    if (status) return answerWith(reply, status);
    if (await trouble.takeRejection()) {
      await grants.end(id, "revoked");
      return refuseGrant(reply, "revoked");
    }

    const key = request.headers["idempotency-key"];
    const tokens = token === undefined ? [] : [token];
    const rotated = await grants.rotate(id, { tokens: () => tokens, epoch: undefined, key, jkt });
    if (rotated.outcome === "reuse") metrics.count("reuses");
    if (rotated.outcome === "late") {
      metrics.count("lateAttempts");
      // Not `invalid_grant`: the grant is as good as before.
      return reply
        .code(409)
        .send({ error: "invalid_request", error_description: "a later refresh was faster" });
    }
    if (!("session" in rotated))
      return refuseGrant(reply, rotated.outcome === "refused" ? rotated.reason : "revoked");
    metrics.count(rotated.outcome === "rotated" ? "refreshes" : "replays");
    if (await trouble.takeDeath()) process.kill(process.pid, "SIGKILL");
    if (await trouble.takeLostReply()) return breakConnection(request, reply);
    return tell(reply, id as string, rotated.refreshToken, rotated.session);
  }

  app.post<{ Headers: { "idempotency-key"?: string }; Body: Form | null }>(
    "/token",
    { schema: { headers }, config: { csrf: false } },
    async (request, reply) => {
      metrics.count("tokenRequests");
      const { body } = request;
      if (body?.grant_type === "refresh_token") metrics.count("refreshRequests");
      if (body?.client_id !== CLIENT_ID) return refuse(reply, "invalid_client", "no such client");
      const proven = await dpop.check(request, reply);
      if (proven.outcome === "refused") return refuse(reply, proven.error, "see RFC 9449, 4.3");
      const jkt = proven.outcome === "proven" ? proven.jkt : undefined;
      switch (body.grant_type) {
        case "authorization_code":
          return exchange(request as TokenRequest, reply, jkt);
        case "refresh_token":
          return refresh(request as TokenRequest, reply, jkt);
        case undefined:
          return refuse(reply, "invalid_request", "grant_type is missing");
        default:
          return refuse(reply, "unsupported_grant_type", "authorization_code or refresh_token");
      }
    },
  );
}
