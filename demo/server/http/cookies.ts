import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * Two cookies that no script can read: `sid` names the session, `rt.EPOCH.GENERATION` is the rotating refresh token of
 * that session. They last as long as the browser is open, which suits a shared desk. Over https they carry the `__Host-`
 * prefix, so that no sibling subdomain can plant one.
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
 *
 * The token's cookie has the session in its name: the reply to a refresh of the old session can come after the next
 * sign-in, and would else put the old token in the place of the new one. And it has the generation: the reply to a
 * first attempt can come after that of the next refresh, and would do the same. So the browser may send a spent token
 * beside the current one, until the next reply.
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
    this.#rt = `${prefix}rt.`;
    this.#attributes = { httpOnly: true, sameSite: "strict", path: "/", secure };
  }

  sessionId(request: FastifyRequest): string | undefined {
    return request.cookies[this.#sid];
  }

  /** The refresh tokens of the session of that epoch. */
  refreshTokens(request: FastifyRequest, epoch: number): string[] {
    return this.#tokensOf(request, epoch).map((name) => request.cookies[name] as string);
  }

  setSessionId(reply: FastifyReply, id: string): void {
    reply.setCookie(this.#sid, id, this.#attributes);
  }

  /** The only one of its session from then on. */
  setRefreshToken(
    request: FastifyRequest,
    reply: FastifyReply,
    epoch: number,
    { generation, refreshToken }: { readonly generation: number; readonly refreshToken: string },
  ): void {
    const name = `${this.#rt}${epoch}.${generation}`;
    for (const spent of this.#tokensOf(request, epoch))
      if (spent !== name) reply.clearCookie(spent, this.#attributes);
    reply.setCookie(name, refreshToken, this.#attributes);
  }

  /**
   * What the request brought. Our own only: `Clear-Site-Data: "cookies"` would sign the user out of every sibling
   * subdomain too.
   */
  expire(request: FastifyRequest, reply: FastifyReply): void {
    for (const name of Object.keys(request.cookies))
      if (name === this.#sid || name.startsWith(this.#rt)) reply.clearCookie(name, this.#attributes);
  }

  #tokensOf(request: FastifyRequest, epoch: number): string[] {
    return Object.keys(request.cookies).filter((name) => name.startsWith(`${this.#rt}${epoch}.`));
  }
}
