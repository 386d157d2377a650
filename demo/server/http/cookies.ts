import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * Two cookies that no script can read: `sid` names the session, `rt` is the rotating refresh token. They last as long
 * as the browser is open, which suits a shared desk. Over https they carry the `__Host-` prefix, so that no sibling
 * subdomain can plant one. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
 *
 * A refused request does not expire them: it may be a late answer to a tab of the old session, and would then delete
 * the cookies of the new one. A dead session is dead on the server.
 */
export class Cookies {
  readonly #sid: string;
  readonly #rt: string;
  readonly #attributes: CookieSerializeOptions;

  constructor(secure: boolean) {
    const prefix = secure ? "__Host-" : "";
    this.#sid = `${prefix}sid`;
    this.#rt = `${prefix}rt`;
    this.#attributes = { httpOnly: true, sameSite: "strict", path: "/", secure };
  }

  sessionId(request: FastifyRequest): string | undefined {
    return request.cookies[this.#sid];
  }

  refreshToken(request: FastifyRequest): string | undefined {
    return request.cookies[this.#rt];
  }

  setSessionId(reply: FastifyReply, id: string): void {
    reply.setCookie(this.#sid, id, this.#attributes);
  }

  setRefreshToken(reply: FastifyReply, token: string): void {
    reply.setCookie(this.#rt, token, this.#attributes);
  }

  /** Our own only: `Clear-Site-Data: "cookies"` would sign the user out of every sibling subdomain too. */
  expire(reply: FastifyReply): void {
    reply.clearCookie(this.#sid, this.#attributes);
    reply.clearCookie(this.#rt, this.#attributes);
  }
}
