import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LiveSession } from "../../../src/backend/found.js";
import { expiredAccess, unauthorized } from "../../../src/backend/http/replies.js";
import { guard } from "../http/guard.js";
import { userOf } from "../http/signed-in.js";
import { transferRoutes } from "../routes/transfers.js";
import type { Services } from "../services.js";
import { ACR } from "./client.js";
import { ALGORITHMS } from "./dpop/proofs.js";

const DPOP = `DPoP algs="${ALGORITHMS.join(" ")}"`;

/** What an access token opens. Every route of this scope needs one (RFC 6750, RFC 9449, 7). */
export function resourceRoutes(app: FastifyInstance, services: Services): void {
  const { metrics, oauth, users } = services;
  /** 401 in the scheme that was tried. */
  const refuse = (scheme: string, error: string) => {
    if (error === "invalid_token") metrics.count("invalidTokens");
    return scheme === "dpop" ? unauthorized({ error }, `${DPOP}, error="${error}"`) : expiredAccess();
  };

  /** The password was given too long ago for this route (RFC 9470, 3). */
  function refuseStale(request: FastifyRequest, scheme: string, session: LiveSession): Response | undefined {
    const { maxAge = Number.POSITIVE_INFINITY } = request.routeOptions.config;
    if (session.authenticatedAgo <= maxAge) return undefined;
    metrics.count("stepUps");
    const error = "insufficient_user_authentication";
    const wanted = `error="${error}", max_age="${Math.floor(maxAge / 1000)}", acr_values="${ACR}"`;
    return unauthorized({ error }, `${scheme === "dpop" ? `${DPOP}, ` : "Bearer "}${wanted}`);
  }

  async function admit(request: FastifyRequest, reply: FastifyReply) {
    const [, given, token] =
      /^(Bearer|DPoP) +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (given === undefined || token === undefined) {
      metrics.count("noSessions");
      return unauthorized({ error: "no_token" }, `Bearer, ${DPOP}`);
    }
    const scheme = given.toLowerCase();
    let jkt: string | undefined;
    if (scheme === "dpop") {
      const proven = await oauth.dpop.check(request, reply, token);
      if (proven.outcome !== "proven")
        return refuse(scheme, proven.outcome === "none" ? "invalid_dpop_proof" : proven.error);
      jkt = proven.jkt;
    }
    const handle = await oauth.accessTokens.read(token);
    const found = handle === undefined ? undefined : await oauth.grants.peekHandle(handle);
    const user = found?.alive && users.byId(found.session.userId);
    // A token that is bound to a key is no bearer token, and the other way round (RFC 9449, 7.2).
    if (!user || found.session.jkt !== jkt) return refuse(scheme, "invalid_token");
    request.user = user;
    return refuseStale(request, scheme, found.session);
  }

  app.decorateRequest("user", null);
  guard(app, admit);

  /** https://openid.net/specs/openid-connect-core-1_0.html#UserInfo */
  app.get("/userinfo", async (request) => {
    const { id, name, username } = userOf(request);
    return { sub: id, name, preferred_username: username };
  });

  transferRoutes(app, services, "/api", false);
  app.get("/api/profile", async (request) => ({ user: userOf(request) }));
}
