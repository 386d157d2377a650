import type { FastifyInstance } from "fastify";
import { unauthorized } from "../http/errors.js";
import { userOf } from "../http/signed-in.js";
import type { Services } from "../services.js";

/** What an access token opens. Every route of this scope needs one (RFC 6750). */
export function resourceRoutes(app: FastifyInstance, { metrics, oauth, users }: Services): void {
  app.decorateRequest("user", null);
  app.addHook("onRequest", async (request, reply) => {
    const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (token === undefined) {
      metrics.count("noSessions");
      return unauthorized(reply, { error: "no_token" });
    }
    const handle = await oauth.accessTokens.read(token);
    const found = handle === undefined ? undefined : await oauth.grants.peekHandle(handle);
    const user = found?.alive && users.byId(found.session.userId);
    if (!user) {
      metrics.count("invalidTokens");
      return unauthorized(reply, { error: "invalid_token" });
    }
    request.user = user;
  });

  /** https://openid.net/specs/openid-connect-core-1_0.html#UserInfo */
  app.get("/userinfo", async (request) => {
    const { id, name, username } = userOf(request);
    return { sub: id, name, preferred_username: username };
  });

  app.get("/api/profile", async (request) => ({ user: userOf(request) }));
}
