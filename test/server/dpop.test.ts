import { createHmac } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { answer } from "./support/browser.js";
import { MINUTE, SECOND } from "./support/clock.js";
import { OAuthClient, type Tokens } from "./support/oauth.js";
import { type Different, Prover } from "./support/proofs.js";
import { raw } from "./support/raw.js";
import { serve, type TestServer } from "./support/server.js";

/** A client with a key, at a server. */
class BoundClient {
  readonly server: TestServer;
  readonly prover: Prover;
  readonly oauth: OAuthClient;
  nonce: string | undefined;

  private constructor(server: TestServer, prover: Prover) {
    this.server = server;
    this.prover = prover;
    this.oauth = new OAuthClient(server.url);
  }

  static async make(env: Record<string, string> = {}): Promise<BoundClient> {
    return new BoundClient(await serve(env), await Prover.make());
  }

  get tokens(): Tokens {
    return this.oauth.tokens as Tokens;
  }

  proof(method: string, path: string, token?: string, different: Different = {}, by = this.prover) {
    const { claims, header } = different;
    const all = { claims: { nonce: this.nonce, ...claims }, ...(header && { header }) };
    return by.proof(method, this.server.url + path, this.server.clock.now(), token, all);
  }

  async signIn(): Promise<this> {
    const dpop = await this.proof("POST", "/oauth/token");
    const code = await this.oauth.code();
    const reply = await this.oauth.post(
      "/oauth/token",
      {
        grant_type: "authorization_code",
        redirect_uri: this.oauth.redirectUri,
        code,
        code_verifier: this.oauth.verifier,
      },
      { dpop },
    );
    if (!reply.ok) throw new Error(await reply.text());
    this.oauth.tokens = (await reply.json()) as Tokens;
    return this;
  }

  async refresh(
    different: Different = {},
    by = this.prover,
    token = this.tokens.refresh_token,
  ): Promise<Response> {
    const dpop = await this.proof("POST", "/oauth/token", undefined, different, by);
    return this.oauth.post("/oauth/token", { grant_type: "refresh_token", refresh_token: token }, { dpop });
  }

  async call(different: Different = {}, by = this.prover): Promise<Response> {
    const token = this.tokens.access_token;
    const dpop = await this.proof("GET", "/oauth/api/profile", token, different, by);
    return this.callWith({ authorization: `DPoP ${token}`, dpop });
  }

  callWith(headers: Record<string, string>): Promise<Response> {
    return fetch(`${this.server.url}/oauth/api/profile`, { headers });
  }
}

const challenge = (reply: Response) => reply.headers.get("www-authenticate");
const refusal = (error: string) => `DPoP algs="ES256 ES384 Ed25519 PS256", error="${error}"`;

test("T7 with a proof at the exchange the tokens are bound to its key, access and refresh", async () => {
  const client = await (await BoundClient.make()).signIn();
  expect(client.tokens.token_type).toBe("DPoP");
  const { cnf } = JSON.parse(
    Buffer.from(client.tokens.access_token.split(".")[1] ?? "", "base64url").toString(),
  );
  expect(cnf).toEqual({ jkt: client.prover.jkt });
  expect((await client.call()).status).toBe(200);
  const refreshed = await client.refresh();
  expect(await refreshed.json()).toMatchObject({ token_type: "DPoP" });
  expect(await client.server.metrics()).toMatchObject({ proofs: 3, proofRefusals: 0, nonceDemands: 0 });
});

const stranger = await Prover.make();
const { publicKey } = await generateKeyPair("ES256", { extractable: true });
const otherJwk = await exportJWK(publicKey);
const ages = { old: -66, future: 6 };

const WRONG: readonly [what: string, different: (client: BoundClient) => Different | Promise<Different>][] = [
  ["no type", () => ({ header: { typ: undefined } })],
  ["the type of another JWT", () => ({ header: { typ: "at+jwt" } })],
  ["no key", () => ({ header: { jwk: undefined } })],
  ["another key than it is signed with", () => ({ header: { jwk: otherJwk } })],
  ["a key with its private half", async ({ prover }) => ({ header: { jwk: await prover.exposed() } })],
  ["a key that is none", () => ({ header: { jwk: "key" } })],
  ["another method", () => ({ claims: { htm: "PUT" } })],
  ["a method in another case", () => ({ claims: { htm: "post" } })],
  ["no method", () => ({ claims: { htm: undefined } })],
  ["another path", ({ server }) => ({ claims: { htu: `${server.url}/oauth/revoke` } })],
  ["another origin", () => ({ claims: { htu: "https://evil.example/oauth/token" } })],
  ["another scheme", ({ server }) => ({ claims: { htu: `https://127.0.0.1:${server.port}/oauth/token` } })],
  ["an address that is none", () => ({ claims: { htu: "/oauth/token" } })],
  ["no address", () => ({ claims: { htu: undefined } })],
  ["no name", () => ({ claims: { jti: undefined } })],
  ["an empty name", () => ({ claims: { jti: "" } })],
  ["no time", () => ({ claims: { iat: undefined } })],
  ["a time in the past", ({ server }) => ({ claims: { iat: server.clock.now() / 1000 + ages.old } })],
  ["a time in the future", ({ server }) => ({ claims: { iat: server.clock.now() / 1000 + ages.future } })],
];

test.each(WRONG)("T7 the token endpoint refuses a proof with %s, and takes the next one", async (_, make) => {
  const client = await (await BoundClient.make()).signIn();
  const reply = client.refresh(await make(client));
  expect(await answer(reply)).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } });
  expect(await client.server.metrics()).toMatchObject({ proofRefusals: 1, refreshes: 0 });
  expect((await client.refresh()).status).toBe(200);
});

test("T7 a proof that is signed with a shared secret, or not at all, is refused", async () => {
  const client = await (await BoundClient.make()).signIn();
  const [, claims] = (await client.proof("POST", "/oauth/token")).split(".");
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const symmetric = `${encode({ typ: "dpop+jwt", alg: "HS256", jwk: { kty: "oct", k: "c2VjcmV0" } })}.${claims}`;
  const mac = createHmac("sha256", "secret").update(symmetric).digest("base64url");
  const none = `${encode({ typ: "dpop+jwt", alg: "none", jwk: client.prover.jwk })}.${claims}.`;
  for (const dpop of [`${symmetric}.${mac}`, none, "nonsense", ""]) {
    const form = { grant_type: "refresh_token", refresh_token: client.tokens.refresh_token };
    const reply = client.oauth.post("/oauth/token", form, { dpop });
    expect(await answer(reply), dpop).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } });
  }
});

test("T7 a signature that does not fit is refused", async () => {
  const client = await (await BoundClient.make()).signIn();
  const [header, , signature] = (await client.proof("POST", "/oauth/token")).split(".");
  const [, claims] = (await client.proof("POST", "/oauth/token")).split(".");
  const form = { grant_type: "refresh_token", refresh_token: client.tokens.refresh_token };
  const reply = client.oauth.post("/oauth/token", form, { dpop: `${header}.${claims}.${signature}` });
  expect(await answer(reply)).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } });
});

test("T7 two proofs in one request are one too many", async () => {
  const client = await (await BoundClient.make()).signIn();
  const token = client.tokens.access_token;
  const [one, two] = [
    await client.proof("GET", "/oauth/api/profile", token),
    await client.proof("GET", "/oauth/api/profile", token),
  ];
  const send = (dpop: string | string[]) =>
    raw(`${client.server.url}/oauth/api/profile`, { authorization: `DPoP ${token}`, dpop } as Record<
      string,
      string
    >);
  const twice = await send([one, two]);
  expect(twice.status).toBe(401);
  expect(twice.headers["www-authenticate"]).toBe(refusal("invalid_dpop_proof"));
  expect((await send(one)).status).toBe(200);
});

test("T7 an address is compared as addresses are, without query and fragment", async () => {
  const client = await (await BoundClient.make()).signIn();
  const { url, port } = client.server;
  for (const htu of [
    `${url}/oauth/api/profile?page=2#top`,
    `HTTP://127.0.0.1:${port}/oauth/api/../api/profile`,
    `http://localhost:${port}/oauth/api/profile`,
  ])
    expect((await client.call({ claims: { htu } })).status, htu).toBe(200);
});

test("T7 a proof is good for a minute, and from a clock that is a little ahead", async () => {
  const client = await (await BoundClient.make()).signIn();
  const now = client.server.clock.now() / 1000;
  for (const iat of [now - 65, now + 5]) expect((await client.call({ claims: { iat } })).status).toBe(200);
});

test("T7 a proof that comes again is refused, also after a restart, and forgotten when it is too old anyhow", async () => {
  const client = await (await BoundClient.make()).signIn();
  const token = client.tokens.access_token;
  const headers = {
    authorization: `DPoP ${token}`,
    dpop: await client.proof("GET", "/oauth/api/profile", token),
  };
  expect((await client.callWith(headers)).status).toBe(200);
  const again = await client.callWith(headers);
  expect([again.status, challenge(again)]).toEqual([401, refusal("invalid_dpop_proof")]);
  // For another request the same name is another one's.
  const jti = "one name";
  expect((await client.call({ claims: { jti } })).status).toBe(200);
  expect((await client.refresh({ claims: { jti } })).status).toBe(200);
  client.server.clock.advance(66 * SECOND);
  await client.server.sweep();
  expect((await client.callWith(headers)).status).toBe(401);
  client.server.clock.advance(SECOND);
  await client.server.sweep();
  expect((await client.call({ claims: { jti } })).status).toBe(200);
});

test("T7 two requests with one proof at once: one gets through", async () => {
  const client = await (await BoundClient.make()).signIn();
  const token = client.tokens.access_token;
  const headers = {
    authorization: `DPoP ${token}`,
    dpop: await client.proof("GET", "/oauth/api/profile", token),
  };
  const replies = await Promise.all([client.callWith(headers), client.callWith(headers)]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test.each([
  ["no hash of the token", undefined],
  ["the hash of another", "x".repeat(43)],
])("T7 a resource refuses a proof with %s", async (_, ath) => {
  const client = await (await BoundClient.make()).signIn();
  const reply = await client.call({ claims: { ath } });
  expect([reply.status, challenge(reply)]).toEqual([401, refusal("invalid_dpop_proof")]);
});

test("T7 stolen tokens are worth nothing without the key: no call, no refresh, and nothing is revoked", async () => {
  const client = await (await BoundClient.make()).signIn();
  const { access_token: token, refresh_token } = client.tokens;

  const asBearer = await client.callWith({ authorization: `Bearer ${token}` });
  expect([asBearer.status, challenge(asBearer)]).toEqual([401, 'Bearer error="invalid_token"']);
  const without = await client.callWith({ authorization: `DPoP ${token}` });
  expect([without.status, challenge(without)]).toEqual([401, refusal("invalid_dpop_proof")]);
  const foreign = await client.call({}, stranger);
  expect([foreign.status, challenge(foreign)]).toEqual([401, refusal("invalid_token")]);

  const form = { grant_type: "refresh_token", refresh_token };
  expect(await answer(client.oauth.post("/oauth/token", form))).toMatchObject({
    body: { error: "invalid_grant" },
  });
  expect(await answer(client.refresh({}, stranger))).toMatchObject({ body: { error: "invalid_grant" } });

  expect((await client.call()).status).toBe(200);
  expect((await client.refresh()).status).toBe(200);
  expect(await client.server.metrics()).toMatchObject({ refreshes: 1, reuses: 0 });
});

test("T9 a bearer token does not become a bound one by a proof", async () => {
  const client = await BoundClient.make();
  await client.oauth.signIn();
  const reply = await client.call();
  expect([reply.status, challenge(reply)]).toEqual([401, refusal("invalid_token")]);
  expect((await client.oauth.get("/oauth/api/profile")).status).toBe(200);
});

test("T7 a code that was asked for with a key is exchanged with that key only", async () => {
  const client = await BoundClient.make();
  const sent = await client.oauth.submit(undefined, {}, { dpop_jkt: client.prover.jkt });
  const code = new URL(sent.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const exchange = async (by?: Prover) => {
    const dpop = by && (await client.proof("POST", "/oauth/token", undefined, {}, by));
    const { redirectUri, verifier } = client.oauth;
    const form = {
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
    };
    return client.oauth.post("/oauth/token", form, dpop ? { dpop } : {});
  };
  expect(await answer(exchange())).toMatchObject({ body: { error: "invalid_grant" } });
  expect(await answer(exchange(stranger))).toMatchObject({ body: { error: "invalid_grant" } });
  expect((await exchange(client.prover)).status).toBe(200);
});

test("T8 a nonce is asked for, told, and asked for again when it has changed", async () => {
  const client = await (await BoundClient.make()).signIn();
  await client.server.trouble({ wantNonce: true });

  const without = await client.call();
  expect([without.status, challenge(without)]).toEqual([401, refusal("use_dpop_nonce")]);
  client.nonce = without.headers.get("dpop-nonce") ?? "";
  expect(client.nonce).not.toBe("");
  const called = await client.call();
  expect([called.status, called.headers.get("dpop-nonce")]).toEqual([200, client.nonce]);
  expect((await client.refresh()).status).toBe(200);

  await client.server.trouble({ newNonce: true });
  const late = await client.refresh();
  expect(await late.json()).toMatchObject({ error: "use_dpop_nonce" });
  expect(late.status).toBe(400);
  expect(late.headers.get("dpop-nonce")).not.toBe(client.nonce);
  for (const nonce of ["", "made up", undefined])
    expect((await client.call({ claims: { nonce } })).status).toBe(401);
  expect(await client.server.metrics()).toMatchObject({ nonceDemands: 5, proofRefusals: 0 });
});

test("T8 nonces rotate: the reply tells the next one, and the last one is good for a while", async () => {
  const client = await BoundClient.make({ DPOP_NONCE: "on" });
  await expect(client.signIn()).rejects.toThrow("use_dpop_nonce");
  const told = async () => (await client.refresh({}, client.prover, "none")).headers.get("dpop-nonce") ?? "";
  client.nonce = await told();
  await client.signIn();
  client.server.clock.advance(5 * MINUTE - 1);
  const first = client.nonce;
  const reply = await client.refresh();
  expect([reply.status, reply.headers.get("dpop-nonce")]).toEqual([200, first]);
  client.oauth.tokens = (await reply.json()) as Tokens;

  client.server.clock.advance(1);
  const next = await client.call();
  expect(next.status).toBe(200);
  expect(next.headers.get("dpop-nonce")).not.toBe(first);
  client.server.clock.advance(5 * MINUTE);
  const late = await client.refresh();
  expect(await late.json()).toMatchObject({ error: "use_dpop_nonce" });
});
