/** What a browser adds to fetch here: a cookie jar. And what the SDK adds: the header, JSON, the idempotency key. */
export class Browser {
  readonly cookies: Map<string, string>;
  readonly #url: string;

  constructor(url: string, cookies = new Map<string, string>()) {
    this.#url = url;
    this.cookies = cookies;
  }

  /** The name of the cookie that its refresh token is in. */
  get tokenCookie(): string {
    return [...this.cookies.keys()].find((name) => name.includes("rt.")) ?? "";
  }

  /** Another one with the same cookies at this moment: a thief, or a request that was sent before the reply came. */
  copy(): Browser {
    return new Browser(this.#url, new Map(this.cookies));
  }

  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0)
      headers.set("cookie", [...this.cookies].map((pair) => pair.join("=")).join("; "));
    const reply = await fetch(this.#url + path, { redirect: "manual", ...init, headers });
    this.receive(reply);
    return reply;
  }

  /** Its cookies, also a second time, as those of a reply that comes late. */
  receive(reply: Response): void {
    for (const cookie of reply.headers.getSetCookie()) this.#keep(cookie);
  }

  get(path: string): Promise<Response> {
    return this.send(path);
  }

  post(path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.#change("POST", path, body, headers);
  }

  put(path: string, body: object): Promise<Response> {
    return this.#change("PUT", path, body, {});
  }

  delete(path: string): Promise<Response> {
    return this.#change("DELETE", path, undefined, {});
  }

  async signIn(username: "ada" | "alan" = "ada"): Promise<this> {
    const reply = await this.post("/login", {
      username,
      password: username === "ada" ? "lovelace" : "turing",
    });
    if (reply.status !== 200) throw new Error(`sign-in failed: ${reply.status} ${await reply.text()}`);
    return this;
  }

  refresh(key?: string): Promise<Response> {
    return this.post("/refresh", undefined, key === undefined ? {} : { "idempotency-key": key });
  }

  #change(
    method: string,
    path: string,
    body: object | undefined,
    extra: Record<string, string>,
  ): Promise<Response> {
    const headers = { "x-sojourn": "1", ...(body && { "content-type": "application/json" }), ...extra };
    return this.send(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  #keep(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split(/; */);
    const [name = "", value = ""] = pair.split("=");
    if (attributes.some((attribute) => attribute.toLowerCase() === "max-age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Status and JSON body in one, for one comparison. */
export async function answer(
  reply: Promise<Response> | Response,
): Promise<{ status: number; body: unknown }> {
  const { status, text } = await (async (response) => ({
    status: response.status,
    text: await response.text(),
  }))(await reply);
  return { status, body: text === "" ? undefined : JSON.parse(text) };
}
