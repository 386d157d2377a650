import { createHash, randomBytes } from "node:crypto";

export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token: string;
}

/** What a public client does: the code flow with PKCE, refreshes, calls with a token. */
export class OAuthClient {
  readonly url: string;
  readonly redirectUri: string;
  readonly verifier = randomBytes(32).toString("base64url");
  tokens: Tokens | undefined;

  constructor(url: string) {
    this.url = url;
    this.redirectUri = `${url}/oauth-app/`;
  }

  /** The address of the sign-in page. `undefined` leaves a parameter out. */
  authorizeUrl(change: Record<string, string | undefined> = {}): string {
    const query = {
      response_type: "code",
      client_id: "handover-spa",
      redirect_uri: this.redirectUri,
      state: "a state & more",
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...change,
    };
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return `${this.url}/oauth/authorize?${new URLSearchParams(given)}`;
  }

  /** Sends the sign-in page's form. */
  submit(
    who: Record<string, string> = { username: "ada", password: "lovelace" },
    headers: Record<string, string> = {},
    change: Record<string, string | undefined> = {},
  ): Promise<Response> {
    const body = new URLSearchParams(who);
    return fetch(this.authorizeUrl(change), { method: "POST", redirect: "manual", headers, body });
  }

  async code(): Promise<string> {
    const reply = await this.submit();
    return new URL(reply.headers.get("location") ?? "").searchParams.get("code") ?? "";
  }

  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    const body = new URLSearchParams({ client_id: "handover-spa", ...form });
    return fetch(this.url + path, { method: "POST", headers, body });
  }

  exchange(code: string, change: Record<string, string> = {}): Promise<Response> {
    return this.post("/oauth/token", {
      grant_type: "authorization_code",
      redirect_uri: this.redirectUri,
      code,
      code_verifier: this.verifier,
      ...change,
    });
  }

  async signIn(): Promise<this> {
    const reply = await this.exchange(await this.code());
    if (reply.status !== 200) throw new Error(`sign-in failed: ${reply.status} ${await reply.text()}`);
    this.tokens = (await reply.json()) as Tokens;
    return this;
  }

  /** Refreshes with the token it has, or with another, and keeps what it gets. */
  async refresh(key?: string, token = this.tokens?.refresh_token ?? ""): Promise<Response> {
    const reply = await this.post(
      "/oauth/token",
      { grant_type: "refresh_token", refresh_token: token },
      key === undefined ? {} : { "idempotency-key": key },
    );
    if (reply.ok) this.tokens = (await reply.clone().json()) as Tokens;
    return reply;
  }

  get(path: string, token = this.tokens?.access_token): Promise<Response> {
    return fetch(
      this.url + path,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );
  }
}
