import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { generateKeyPair, SignJWT } from "jose";
import { Families, type Rotation, type Tokens } from "./families.js";

const PAGE =
  '<!doctype html><html lang="en"><title>Bench</title><body></body><script type="module" src="/page.js"></script></html>';

const user = { id: "ada", sub: "ada", name: "Ada Lovelace", email: "ada@example.com" };
const key = generateKeyPair("RS256");

type Json = (status: number, body: object, headers?: Record<string, string | string[]>) => void;

/** The files of the pages, by name. */
export type Files = ReadonlyMap<string, Uint8Array>;

/**
 * The server of one subject, on an origin of its own: sessions with rotation and reuse detection, in each of the dialects
 * that the subjects speak, over one and the same store.
 */
export class BenchServer {
  readonly families: Families;
  readonly #files: Files;
  readonly #http: Server;
  readonly #nonces = new Map<string, string | null>();
  /** When the last request came. */
  heardAt = 0;
  requests = 0;
  /** The files that were asked for. */
  readonly sent = new Set<string>();
  /** How long a refresh takes here, in ms: without, no two tabs would ever meet. */
  refreshTakes = 20;

  private constructor(files: Files, rotation: Rotation) {
    this.#files = files;
    this.families = new Families(rotation);
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch((error) => {
        response.writeHead(500).end(String(error.stack));
        console.error(error);
      });
    });
  }

  static async start(files: Files, rotation: Rotation = "strict"): Promise<BenchServer> {
    const server = new BenchServer(files, rotation);
    await new Promise<void>((done) => server.#http.listen(0, "127.0.0.1", done));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Resolves when nobody has asked for anything for a while: what was under way is over. */
  async quiet(): Promise<void> {
    while (Date.now() - this.heardAt < 200) await wait(20);
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.heardAt = Date.now();
    this.requests++;
    const url = new URL(request.url ?? "/", this.origin);
    const cookies = new URLSearchParams((request.headers.cookie ?? "").replaceAll(/; */g, "&"));
    const { families } = this;
    const json: Json = (status, body, headers) => {
      const all = { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers };
      response.writeHead(status, all).end(JSON.stringify(body));
    };

    switch (url.pathname) {
      case "/api": {
        const token = request.headers.authorization?.replace("Bearer ", "") ?? cookies.get("access");
        if (families.accepts(token ?? undefined)) return json(200, { ok: true });
        const headers = { "WWW-Authenticate": 'Bearer error="invalid_token"' };
        return json(401, { message: "try refresh token" }, headers);
      }

      // Tokens in bodies: OAuth, and Supabase's dialect of it.
      case "/authorize": {
        const code = crypto.randomUUID();
        this.#nonces.set(code, url.searchParams.get("nonce"));
        const answer = new URLSearchParams({ code, state: url.searchParams.get("state") ?? "" });
        response.writeHead(303, { Location: `/?${answer}` }).end();
        return;
      }
      case "/token":
      case "/oauth/token": {
        const fields = await bodyOf(request);
        const type = url.searchParams.get("grant_type") ?? fields.grant_type;
        if (type === "refresh_token") await wait(this.refreshTakes);
        const tokens = type === "refresh_token" ? families.refresh(fields.refresh_token) : families.begin();
        if (!tokens)
          return json(400, {
            error: "invalid_grant",
            error_description: "the grant is over",
            code: "refresh_token_already_used",
          });
        const nonce = this.#nonces.get(fields.code ?? "");
        const id_token = await this.#idToken(fields.client_id ?? "bench", nonce ?? undefined);
        return json(200, { ...this.#tokenReply(tokens), id_token });
      }

      // Tokens in cookies: the `bff` preset, and SuperTokens.
      case "/sign-in":
        return this.#tellInCookies(json, families.begin());
      case "/refresh":
      case "/auth/session/refresh": {
        await wait(this.refreshTakes);
        const tokens = families.refresh(cookies.get("refresh") ?? undefined);
        return tokens ? this.#tellInCookies(json, tokens) : json(401, { message: "unauthorised" });
      }
      case "/session":
      case "/session/touch":
        return families.knows(cookies.get("refresh") ?? undefined)
          ? json(200, { user, ...this.#limits(cookies.get("access")) })
          : json(401, { message: "unauthorised" });
      case "/logout":
      case "/auth/signout":
        families.end(cookies.get("refresh") ?? undefined);
        return json(200, { status: "OK" }, { "front-token": "remove" });

      case "/favicon.ico":
        response.writeHead(204).end();
        return;

      default: {
        const name = url.pathname.slice(1);
        const file = this.#files.get(name);
        if (file) this.sent.add(name);
        const headers = { "Cache-Control": file ? "max-age=3600" : "no-store" };
        if (file) response.writeHead(200, { ...headers, "Content-Type": "text/javascript" }).end(file);
        else if (name === "") response.writeHead(200, { ...headers, "Content-Type": "text/html" }).end(PAGE);
        else response.writeHead(404).end();
      }
    }
  }

  #tokenReply({ access, refresh, expiresAt }: Tokens): object {
    return {
      access_token: access,
      refresh_token: refresh,
      token_type: "Bearer",
      expires_in: this.families.lifetime,
      expires_at: Math.floor(expiresAt / 1000),
      user,
    };
  }

  #limits(access?: string | null): object {
    const expiresAt = Number((access ?? "").split(".")[3]) || 0;
    return {
      idleExpiresIn: 8 * 3600,
      absoluteExpiresIn: 24 * 3600,
      accessExpiresIn: Math.max(0, (expiresAt - Date.now()) / 1000),
    };
  }

  #tellInCookies(json: Json, tokens: Tokens): void {
    const { access, refresh, expiresAt } = tokens;
    const front = {
      uid: user.id,
      ate: expiresAt,
      up: { sub: user.id, sessionHandle: refresh.split(".")[0] },
    };
    json(
      200,
      { user, ...this.#limits(access) },
      {
        "Set-Cookie": [`access=${access}; Path=/; HttpOnly`, `refresh=${refresh}; Path=/; HttpOnly`],
        "front-token": Buffer.from(JSON.stringify(front)).toString("base64"),
      },
    );
  }

  async #idToken(audience: string, nonce: string | undefined): Promise<string> {
    const { sub, name } = user;
    return new SignJWT({ name, ...(nonce && { nonce }) })
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(`${this.origin}/`)
      .setAudience(audience)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign((await key).privateKey);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string | undefined>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text.startsWith("{") ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
}
