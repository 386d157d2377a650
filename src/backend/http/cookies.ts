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
  readonly #came: ReadonlyMap<string, string>;
  readonly #sid: string;
  readonly #rt: string;
  readonly #attributes: string;

  /** Those that came with a request, and those for its reply. */
  constructor({ headers }: Request, { secure, sameSite }: CookieRules) {
    const prefix = secure ? "__Host-" : "";
    this.#came = parse(headers.get("cookie") ?? "");
    this.#sid = `${prefix}sid`;
    this.#rt = `${prefix}rt.`;
    this.#attributes = `Path=/; HttpOnly; ${secure ? "Secure; " : ""}SameSite=${sameSite === "lax" ? "Lax" : "Strict"}`;
  }

  get sessionId(): string | undefined {
    return this.#came.get(this.#sid);
  }

  /** The refresh tokens of the session of that epoch. */
  refreshTokens(epoch: number): string[] {
    return this.#tokensOf(epoch).map((name) => this.#came.get(name) as string);
  }

  setSessionId(reply: Headers, id: string): void {
    this.#set(reply, this.#sid, id);
  }

  /** The only one of its session from then on. */
  setRefreshToken(reply: Headers, epoch: number, { generation, refreshToken }: RefreshToken): void {
    const name = `${this.#rt}${epoch}.${generation}`;
    for (const spent of this.#tokensOf(epoch)) if (spent !== name) this.#expire(reply, spent);
    this.#set(reply, name, refreshToken);
  }

  /**
   * What the request brought. Our own only: `Clear-Site-Data: "cookies"` would sign the user out of every sibling
   * subdomain too.
   */
  expire(reply: Headers): void {
    for (const name of this.#came.keys())
      if (name === this.#sid || name.startsWith(this.#rt)) this.#expire(reply, name);
  }

  #tokensOf(epoch: number): string[] {
    return [...this.#came.keys()].filter((name) => name.startsWith(`${this.#rt}${epoch}.`));
  }

  #set(reply: Headers, name: string, value: string): void {
    reply.append("set-cookie", `${name}=${value}; ${this.#attributes}`);
  }

  #expire(reply: Headers, name: string): void {
    reply.append("set-cookie", `${name}=; Max-Age=0; ${this.#attributes}`);
  }
}

export interface CookieRules {
  readonly secure: boolean;
  readonly sameSite: "strict" | "lax";
}

interface RefreshToken {
  readonly generation: number;
  readonly refreshToken: string;
}

/** Ours are base64url: nothing is quoted or escaped. Of two with one name the first counts, as it is the more specific. */
function parse(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header.split(";")) {
    const [name = "", ...value] = pair.split("=");
    if (!cookies.has(name.trim())) cookies.set(name.trim(), value.join("=").trim());
  }
  return cookies;
}
