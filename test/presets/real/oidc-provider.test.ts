import { createHash, randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import type Provider from "oidc-provider";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dpop } from "../../../src/dpop/index.js";
import { oauth2 } from "../../../src/server/presets/index.js";
import { host, openBrowser, versionOf } from "./browser.js";

const REDIRECT = "http://127.0.0.1:9/callback";
const EVERYTHING = "openid offline_access";
/** `AccessToken` and others of a provider, which its types do not know well. */
type Model = { find(token: string): Promise<Record<string, unknown> | undefined> };

let jwks: { keys: object[] };
let Server: typeof Provider;
beforeAll(async () => {
  // It is loud about what is no server for production.
  for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  Server = (await import("oidc-provider")).default;
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  jwks = { keys: [{ ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" }] };
});

afterAll(() => {
  vi.restoreAllMocks();
});

async function start() {
  const rotations: string[] = [];
  let provider: Provider | undefined;
  const url = await host((issuer) => {
    const server = new Server(issuer, {
      jwks: jwks as never,
      clients: [
        {
          client_id: "app",
          token_endpoint_auth_method: "none",
          application_type: "native",
          id_token_signed_response_alg: "ES256",
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
          redirect_uris: [REDIRECT],
        },
      ],
      cookies: { keys: ["a secret"] },
      findAccount: (_, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
      features: {
        devInteractions: { enabled: false },
        revocation: { enabled: true },
        dPoP: { enabled: true },
      },
      // A page's request has an origin, and this server refuses every one that it was not told of.
      clientBasedCORS: (_, origin) => origin === issuer,
      issueRefreshToken: async () => true,
      rotateRefreshToken: true,
      ttl: {
        AccessToken: 300,
        RefreshToken: 3600,
        Grant: 3600,
        Session: 3600,
        Interaction: 300,
        IdToken: 300,
      },
    });
    server.on("refresh_token.consumed", (token: { jti: string }) => rotations.push(token.jti));
    provider = server;
    const callback = server.callback();
    return (request, response) => {
      if (!request.url?.startsWith("/interaction/")) return void callback(request, response);
      // Whoever comes is Ada, and she agrees.
      void (async () => {
        const { params } = await server.interactionDetails(request, response);
        const grant = new server.Grant({ accountId: "ada", clientId: String(params.client_id) });
        grant.addOIDCScope(EVERYTHING);
        const consent = { grantId: await grant.save() };
        await server.interactionFinished(request, response, { login: { accountId: "ada" }, consent });
      })();
    };
  });
  const browser = openBrowser(url);

  /** The authorization code flow with PKCE, redirect by redirect. */
  async function authorize() {
    const codeVerifier = randomBytes(32).toString("base64url");
    const query = new URLSearchParams({
      client_id: "app",
      response_type: "code",
      redirect_uri: REDIRECT,
      scope: EVERYTHING,
      prompt: "consent",
      code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    let at = `/auth?${query}`;
    for (let hops = 0; hops < 8 && !at.startsWith(REDIRECT); hops++)
      at = (await browser.browse(at)).headers.get("location") ?? "";
    return { code: new URL(at).searchParams.get("code") ?? "", codeVerifier, redirectUri: REDIRECT };
  }

  const server = (more: { proof?: ReturnType<typeof dpop> } = {}) =>
    oauth2({ tokenUrl: `${url}/token`, revocationUrl: `${url}/token/revocation`, clientId: "app", ...more });
  const model = (name: "AccessToken" | "RefreshToken") => provider?.[name] as unknown as Model;
  /** What a thief does with a token. */
  const replay = (refresh_token: string) =>
    fetch(`${url}/token`, {
      method: "POST",
      body: new URLSearchParams({ client_id: "app", grant_type: "refresh_token", refresh_token }),
    });
  return { url, browser, authorize, server, model, replay, rotations };
}

/** A convention that remembers which refresh tokens it was given. */
function spied(convention: ReturnType<typeof oauth2>) {
  const seen: string[] = [];
  const { exchange, refresh } = convention;
  const note = <T>(grant: T): T => {
    const { refreshToken } = (grant ?? {}) as { refreshToken?: string };
    if (refreshToken) seen.push(refreshToken);
    return grant;
  };
  return {
    seen,
    server: {
      ...convention,
      exchange: async (context: Parameters<NonNullable<typeof exchange>>[0]) =>
        note(await exchange?.(context)),
      refresh: async (context: Parameters<NonNullable<typeof refresh>>[0]) => note(await refresh?.(context)),
    } as typeof convention,
  };
}

describe(`oidc-provider ${versionOf("oidc-provider")}, a real server`, () => {
  test("the code of a sign-in is exchanged for tokens that the server knows", async () => {
    const { browser, authorize, server, model } = await start();
    const tab = browser.tab({ server: server() });
    await tab.start({ exchange: await authorize() });
    expect(tab.getState()).toMatchObject({ status: "active" });
    expect(await model("AccessToken").find(await tab.getAccessToken())).toMatchObject({ accountId: "ada" });
  });

  test("T1 a refresh rotates, and the reuse of the old token revokes the family: the session ends", async () => {
    const { browser, authorize, server, model, replay, rotations } = await start();
    const { server: convention, seen } = spied(server());
    const tab = browser.tab({ server: convention });
    await tab.start({ exchange: await authorize() });
    const first = await tab.getAccessToken();
    await tab.refresh();
    expect(await tab.getAccessToken()).not.toBe(first);
    expect(rotations).toHaveLength(1);
    const [old, current] = seen;
    expect(await model("RefreshToken").find(current)).toMatchObject({ accountId: "ada" });

    const thief = await replay(old);
    expect([thief.status, await thief.json()]).toMatchObject([400, { error: "invalid_grant" }]);
    expect(await model("RefreshToken").find(current)).toBeUndefined();
    await expect(tab.refresh()).rejects.toMatchObject({ code: "ERR_SESSION_ENDED" });
    expect(tab.getState()).toMatchObject({ status: "ended", reason: "rejected" });
  });

  test("F1 T3 two tabs that refresh at the same instant rotate once, and both go on with what came", async () => {
    const { browser, authorize, server, rotations } = await start();
    const [one, other] = [browser.tab({ server: server() }), browser.tab({ server: server() })];
    await one.start({ exchange: await authorize() });
    await other.start();
    expect(other.getState()).toMatchObject({ status: "active" });
    await Promise.all([one.refresh(), other.refresh()]);
    expect(rotations).toHaveLength(1);
    expect(await other.getAccessToken()).toBe(await one.getAccessToken());
  });

  test("S6 a sign-out revokes the refresh token, and a replay gets nothing", async () => {
    const { browser, authorize, server, model, replay } = await start();
    const { server: convention, seen } = spied(server());
    const tab = browser.tab({ server: convention });
    await tab.start({ exchange: await authorize() });
    expect(await tab.logout()).toBe(true);
    expect(await model("RefreshToken").find(seen[0])).toBeUndefined();
    expect((await replay(seen[0])).status).toBe(400);
  });

  test("T4 a request that the token endpoint does not like ends nothing", async () => {
    const { browser, authorize, url } = await start();
    const exchange = await authorize();
    const good = oauth2({ tokenUrl: `${url}/token`, clientId: "app" });
    const stranger = oauth2({ tokenUrl: `${url}/token`, clientId: "somebody-else" });
    const tab = browser.tab({ server: { ...good, refresh: stranger.refresh } as typeof good });
    await tab.start({ exchange });
    await expect(tab.refresh()).rejects.toMatchObject({ code: "ERR_UNAVAILABLE", status: 401 });
    expect(tab.getState()).toMatchObject({ status: "active" });
  });

  test("T7 T9 with DPoP the tokens are bound to the key, through a refresh too, and nobody else can use them", async () => {
    const { browser, authorize, server, model, replay } = await start();
    const proof = dpop({ name: `real-${randomBytes(4).toString("hex")}` });
    const { server: convention, seen } = spied(server({ proof }));
    const tab = browser.tab({ server: convention });
    await tab.start({ exchange: await authorize() });
    const jkt = await proof.thumbprint();
    expect(await model("AccessToken").find(await tab.getAccessToken())).toMatchObject({ jkt });
    await tab.refresh();
    expect(await model("AccessToken").find(await tab.getAccessToken())).toMatchObject({ jkt });
    const thief = await replay(seen[1]);
    expect([thief.status, await thief.json()]).toMatchObject([400, { error: "invalid_grant" }]);
    expect(tab.getState()).toMatchObject({ status: "active" });
  });
});
