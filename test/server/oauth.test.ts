import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answer } from "./support/browser.js";
import { HOUR, MINUTE, SECOND } from "./support/clock.js";
import { OAuthClient, type Tokens } from "./support/oauth.js";
import { serve, type TestServer } from "./support/server.js";

const refused = (error: string) => ({
  status: 400,
  body: { error, error_description: expect.any(String) },
});

async function signedIn(env: Record<string, string> = {}): Promise<[OAuthClient, TestServer]> {
  const server = await serve(env);
  return [await new OAuthClient(server.url).signIn(), server];
}

test("the code flow: a sign-in page without scripts, a code, tokens, the API", async () => {
  const server = await serve({ ACCESS_LIFETIME: "90s", ABSOLUTE_TIMEOUT: "8h" });
  const client = new OAuthClient(server.url);
  const page = await fetch(client.authorizeUrl());
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('<form method="post">');
  expect(html).not.toContain("<script");

  const sent = await client.submit();
  expect(sent.status).toBe(303);
  const back = new URL(sent.headers.get("location") ?? "");
  expect(back.origin + back.pathname).toBe(client.redirectUri);
  expect(back.searchParams.get("state")).toBe("a state & more");

  const reply = await client.exchange(back.searchParams.get("code") ?? "");
  expect(reply.status).toBe(200);
  const tokens = (await reply.json()) as Tokens;
  expect(tokens).toEqual({
    access_token: expect.any(String),
    token_type: "Bearer",
    expires_in: 90,
    refresh_token: expect.any(String),
    user: { id: "u-ada", name: "Ada Lovelace", username: "ada" },
    absoluteExpiresIn: 28_800,
    authenticatedAgo: 0,
    acr: "urn:handover:password",
  });
  expect(await answer(client.get("/oauth/api/profile", tokens.access_token))).toEqual({
    status: 200,
    body: { user: { id: "u-ada", name: "Ada Lovelace", username: "ada" } },
  });
  expect(await answer(client.get("/oauth/userinfo", tokens.access_token))).toEqual({
    status: 200,
    body: { sub: "u-ada", name: "Ada Lovelace", preferred_username: "ada" },
  });
  expect(await server.metrics()).toMatchObject({ signIns: 1, codeExchanges: 1, tokenRequests: 1 });
});

test("S9 no page, reply or redirect of OAuth is stored", async () => {
  const [client] = await signedIn();
  for (const reply of [
    await fetch(client.authorizeUrl()),
    await client.submit(),
    await client.exchange(await client.code()),
    await client.exchange("nonsense"),
    await client.refresh("k1"),
    await client.get("/oauth/api/profile"),
    await client.get("/oauth/userinfo"),
    await client.post("/oauth/revoke", { token: "nonsense" }),
  ])
    expect(reply.headers.get("cache-control"), reply.url).toBe("no-store");
});

test.each([
  ["an unknown client", { client_id: "somebody" }],
  ["no client", { client_id: undefined }],
  ["another host", { redirect_uri: "https://evil.example/oauth-app/" }],
  ["a longer path", { redirect_uri: "{origin}/oauth-app/more" }],
  ["a query", { redirect_uri: "{origin}/oauth-app/?next=//evil.example" }],
  ["no slash at the end", { redirect_uri: "{origin}/oauth-app" }],
  ["no address", { redirect_uri: undefined }],
])(
  "%s is told to the user and sends nobody anywhere",
  async (_, change: Record<string, string | undefined>) => {
    const server = await serve();
    const client = new OAuthClient(server.url);
    const redirect_uri = "redirect_uri" in change ? change.redirect_uri : client.redirectUri;
    const asked = { ...change, redirect_uri: redirect_uri?.replace("{origin}", server.url) };
    for (const reply of [
      await fetch(client.authorizeUrl(asked), { redirect: "manual" }),
      await client.submit(undefined, {}, asked),
    ]) {
      expect(reply.status).toBe(400);
      expect(reply.headers.get("location")).toBeNull();
      expect(reply.headers.get("content-type")).toMatch("text/html");
    }
  },
);

test.each([
  ["the implicit flow", { response_type: "token" }, "unsupported_response_type"],
  ["no response type", { response_type: undefined }, "invalid_request"],
  ["no PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
  ["PKCE in the clear", { code_challenge_method: "plain" }, "invalid_request"],
  ["a challenge that is none", { code_challenge: "short" }, "invalid_request"],
  ["an age that is none", { max_age: "-1" }, "invalid_request"],
  ["a class that is not to be had", { acr_values: "urn:a urn:b" }, "unmet_authentication_requirements"],
])("%s is refused, and the client told so with its state", async (_, change, error) => {
  const server = await serve();
  const client = new OAuthClient(server.url);
  const reply = await fetch(client.authorizeUrl(change), { redirect: "manual" });
  expect(reply.status).toBe(303);
  const back = new URL(reply.headers.get("location") ?? "");
  expect(back.origin + back.pathname).toBe(client.redirectUri);
  expect(Object.fromEntries(back.searchParams)).toEqual({ error, state: "a state & more" });
});

test("a wrong password shows the page again, without saying which of both was wrong, and quotes no markup", async () => {
  const server = await serve();
  const client = new OAuthClient(server.url);
  const reply = await client.submit({ username: '"><script>alert(1)</script>', password: "x" });
  expect(reply.status).toBe(401);
  const html = await reply.text();
  expect(html).toContain("do not belong together");
  expect(html).not.toContain("<script");
  expect(await server.metrics()).toMatchObject({ signIns: 0, signInFailures: 1 });
});

test.each([
  ["another site's form", { "sec-fetch-site": "cross-site" }],
  ["a sibling's form", { "sec-fetch-site": "same-site" }],
  ["another origin's form, in an old browser", { origin: "https://evil.example" }],
])("C3 %s signs nobody in", async (_, headers) => {
  const server = await serve();
  const reply = await new OAuthClient(server.url).submit(undefined, headers);
  expect(await answer(reply)).toEqual({ status: 403, body: { error: "csrf" } });
});

test("C3 the form of the page itself is let through", async () => {
  const server = await serve();
  const headers = { "sec-fetch-site": "same-origin", origin: "null" };
  expect((await new OAuthClient(server.url).submit(undefined, headers)).status).toBe(303);
});

test.each([
  ["another verifier", { code_verifier: "x".repeat(43) }],
  ["no verifier", { code_verifier: "" }],
  ["another address", { redirect_uri: "https://evil.example/" }],
  ["a code that was never issued", { code: "x".repeat(43) }],
])("a code with %s is worth nothing, and the code is not spent by it", async (_, change) => {
  const server = await serve();
  const client = new OAuthClient(server.url);
  const code = await client.code();
  expect(await answer(client.exchange(code, change))).toEqual(refused("invalid_grant"));
  expect((await client.exchange(code)).status).toBe(200);
});

test("a code is good for a minute", async () => {
  const server = await serve();
  const client = new OAuthClient(server.url);
  const [inTime, late] = [await client.code(), await client.code()];
  server.clock.advance(MINUTE - 1);
  expect((await client.exchange(inTime)).status).toBe(200);
  server.clock.advance(1);
  expect(await answer(client.exchange(late))).toEqual(refused("invalid_grant"));
});

test("a code that comes twice is refused, and what it was exchanged for is revoked", async () => {
  const server = await serve();
  const client = new OAuthClient(server.url);
  const code = await client.code();
  client.tokens = (await (await client.exchange(code)).json()) as Tokens;
  expect((await client.get("/oauth/api/profile")).status).toBe(200);
  expect(await answer(client.exchange(code))).toEqual(refused("invalid_grant"));
  expect((await client.get("/oauth/api/profile")).status).toBe(401);
  expect(await answer(client.refresh("k1"))).toEqual(refused("invalid_grant"));
});

test("of two exchanges of one code at once, at most one gets tokens, and those are dead", async () => {
  const server = await serve();
  const client = new OAuthClient(server.url);
  const code = await client.code();
  const replies = await Promise.all([client.exchange(code), client.exchange(code)]);
  const got = replies.filter((reply) => reply.ok);
  expect(got.length).toBeLessThanOrEqual(1);
  for (const reply of got) {
    const { access_token } = (await reply.json()) as Tokens;
    expect((await client.get("/oauth/api/profile", access_token)).status).toBe(401);
  }
});

test.each([
  ["no grant type", {}, "invalid_request"],
  ["a password", { grant_type: "password" }, "unsupported_grant_type"],
  ["another client", { grant_type: "refresh_token", client_id: "somebody" }, "invalid_client"],
  ["a refresh without a token", { grant_type: "refresh_token" }, "invalid_grant"],
  ["a token that is none", { grant_type: "refresh_token", refresh_token: "a.b.c" }, "invalid_grant"],
])("the token endpoint answers %s with an error of RFC 6749, 5.2", async (_, form, error) => {
  const server = await serve();
  const reply = await new OAuthClient(server.url).post("/oauth/token", form as Record<string, string>);
  expect(reply.headers.get("content-type")).toMatch("application/json");
  expect(await answer(reply)).toEqual(refused(error));
});

test("a parameter that comes twice is an error", async () => {
  const server = await serve();
  const reply = await fetch(`${server.url}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "client_id=handover-spa&grant_type=password&grant_type=refresh_token",
  });
  expect(await answer(reply)).toEqual({ status: 400, body: { error: "invalid_request" } });
});

test("T1 each refresh rotates the token, and an old one that comes back revokes the family", async () => {
  const [client, server] = await signedIn();
  const stolen = client.tokens?.refresh_token;
  const seen = new Set([stolen]);
  for (const key of ["k1", "k2", "k3"]) {
    expect((await client.refresh(key)).status).toBe(200);
    seen.add(client.tokens?.refresh_token);
  }
  expect(seen.size).toBe(4);

  expect(await answer(client.refresh("stolen", stolen))).toEqual(refused("invalid_grant"));
  expect(await answer(client.refresh("k4"))).toEqual(refused("invalid_grant"));
  expect((await client.get("/oauth/api/profile")).status).toBe(401);
  expect(await server.metrics()).toMatchObject({
    refreshRequests: 5,
    refreshes: 3,
    reuses: 1,
    invalidGrants: 2,
  });
  expect(server.audit.map(({ event }) => event)).toContain("reuse");
});

test("F4 a lost reply: the same key gets the same successor, also after a restart, until the grace is over", async () => {
  const [client, server] = await signedIn({ GRACE_WINDOW: "60s" });
  const before = client.tokens?.refresh_token;
  await client.refresh("k1");
  const successor = client.tokens?.refresh_token;
  await client.refresh("k1", before);
  expect(client.tokens?.refresh_token).toBe(successor);

  const again = new OAuthClient((await server.restart()).url);
  await again.refresh("k1", before);
  expect(again.tokens?.refresh_token).toBe(successor);
  server.clock.advance(60 * SECOND);
  expect(await answer(again.refresh("k1", before))).toEqual(refused("invalid_grant"));
});

test("F1 T1 a refresh that comes when its successor was used already gets nothing, and revokes nothing", async () => {
  const [client, server] = await signedIn();
  const before = client.tokens?.refresh_token;
  await client.refresh("k1");
  await client.refresh("k2");
  const current = client.tokens?.refresh_token;
  expect((await client.refresh("k1", before)).status).toBe(409);
  expect((await client.refresh("k3", current)).status).toBe(200);
  expect(await server.metrics()).toMatchObject({
    refreshes: 3,
    lateAttempts: 1,
    reuses: 0,
    invalidGrants: 0,
  });
});

test("F1 20 equal refreshes at once rotate once, and all get the same successor", async () => {
  const [client, server] = await signedIn();
  const before = client.tokens?.refresh_token;
  const replies = await Promise.all(Array.from({ length: 20 }, () => client.refresh("k1", before)));
  expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const tokens = await Promise.all(replies.map(async (reply) => (await reply.json()).refresh_token));
  expect(new Set(tokens).size).toBe(1);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 19, reuses: 0 });
});

test("S2 S3 a refresh renews the access token and moves no limit", async () => {
  const [client, server] = await signedIn({ ACCESS_LIFETIME: "5m", ABSOLUTE_TIMEOUT: "1h" });
  for (let minutes = 4; minutes < 60; minutes += 4) {
    server.clock.advance(4 * MINUTE);
    const body = await (await client.refresh(`k${minutes}`)).json();
    expect(body.absoluteExpiresIn).toBe((60 - minutes) * 60);
  }
  server.clock.advance(4 * MINUTE);
  expect(await answer(client.refresh("late"))).toEqual(refused("invalid_grant"));
  expect((await client.get("/oauth/api/profile")).status).toBe(401);
});

test("S1 an access token is refused when its time is over, and the next one works", async () => {
  const [client, server] = await signedIn({ ACCESS_LIFETIME: "5m" });
  server.clock.advance(5 * MINUTE);
  const late = await client.get("/oauth/api/profile");
  expect(late.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  expect(await answer(late)).toEqual({ status: 401, body: { error: "invalid_token" } });
  await client.refresh("k1");
  expect((await client.get("/oauth/api/profile")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ invalidTokens: 1 });
});

test("an access token in flight while another tab refreshes stays good until its own end", async () => {
  const [client, server] = await signedIn({ ACCESS_LIFETIME: "5m" });
  const old = client.tokens?.access_token;
  server.clock.advance(MINUTE);
  await client.refresh("k1");
  expect((await client.get("/oauth/api/profile", old)).status).toBe(200);
  server.clock.advance(4 * MINUTE);
  expect((await client.get("/oauth/api/profile", old)).status).toBe(401);
});

test.each([
  ["no token", undefined, 'Bearer, DPoP algs="ES256 ES384 Ed25519 PS256"'],
  ["a cookie's session id", "x".repeat(43), 'Bearer error="invalid_token"'],
  [
    "a token that nobody has signed",
    `${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa('{"sub":"u-ada"}')}.`,
    'Bearer error="invalid_token"',
  ],
])("the API answers %s with 401 and a challenge", async (_, token, challenge) => {
  const [client] = await signedIn();
  const { access_token: own } = client.tokens as Tokens;
  client.tokens = undefined;
  const reply = await client.get("/oauth/api/profile", token?.replaceAll("=", ""));
  expect(reply.status).toBe(401);
  expect(reply.headers.get("www-authenticate")).toBe(challenge);
  expect((await client.get("/oauth/userinfo", own)).status).toBe(200);
});

test("a refresh token opens no API", async () => {
  const [client] = await signedIn();
  expect((await client.get("/oauth/api/profile", client.tokens?.refresh_token)).status).toBe(401);
});

test.each(["refresh_token", "access_token"] as const)(
  "S6 the revocation of the %s kills both tokens, and a second one is no error",
  async (kind) => {
    const [client, server] = await signedIn();
    for (let times = 0; times < 2; times++) {
      const reply = await client.post("/oauth/revoke", { token: client.tokens?.[kind] ?? "" });
      expect(reply.status).toBe(200);
    }
    expect((await client.get("/oauth/api/profile")).status).toBe(401);
    expect(await answer(client.refresh("k1"))).toEqual(refused("invalid_grant"));
    expect(await server.metrics()).toMatchObject({ signOuts: 1 });
  },
);

test("the troubles of a network befall the token endpoint too", async () => {
  const [client, server] = await signedIn();
  await server.trouble({ status: { status: 503, retryAfter: 3, body: "html", count: 1 } });
  const busy = await client.refresh("k1");
  expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "3"]);

  const before = client.tokens?.refresh_token;
  await server.trouble({ loseNextReply: true });
  await expect(client.refresh("k1")).rejects.toThrow();
  expect((await client.refresh("k1", before)).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });

  await server.trouble({ rejectNextRefresh: true });
  expect(await answer(client.refresh("k2"))).toEqual(refused("invalid_grant"));
  expect((await client.get("/oauth/api/profile")).status).toBe(401);
});

test("an operator ends the grants of a user too", async () => {
  const [client, server] = await signedIn();
  await server.trouble({ endSession: "ada" });
  expect((await client.get("/oauth/api/profile")).status).toBe(401);
});

test("grants and codes that are over are forgotten", async () => {
  const [client, server] = await signedIn({ ABSOLUTE_TIMEOUT: "1h" });
  await client.code();
  server.clock.advance(HOUR);
  await server.sweep();
  expect(server.audit.at(-1)).toMatchObject({ event: "ended", reason: "absolute" });
  server.clock.advance(HOUR + 1);
  await server.sweep();
  const again = await server.restart();
  expect(await answer(new OAuthClient(again.url).refresh("k1", client.tokens?.refresh_token))).toMatchObject({
    body: { error_description: expect.stringContaining("none") },
  });
});

test("S11 a thief of the data folder finds no code, token or verifier in it", async () => {
  const server = await serve();
  const client = new OAuthClient(server.url);
  const code = await client.code();
  client.tokens = (await (await client.exchange(code)).json()) as Tokens;
  const secrets = [code, client.verifier];
  const keep = () =>
    secrets.push(...(client.tokens?.refresh_token.split(".") ?? []), client.tokens?.access_token ?? "");
  keep();
  await client.refresh("an-idempotency-key");
  keep();
  await server.restart();

  const files = await readdir(join(server.dataDir, "store"), { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    files.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
  );
  const all = Buffer.concat(contents);
  expect(all.includes("u-ada")).toBe(true);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    expect(all.includes(secret)).toBe(false);
  }
});

test("T6 S3 a password that was given too long ago is asked for with its age and class, and no refresh makes it younger", async () => {
  const server = await serve({ TRANSFER_MAX_AGE: "90500ms" });
  const client = new OAuthClient(server.url);
  const transfer = (from: string, to: string) =>
    fetch(`${server.url}/oauth/api/transfers`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.tokens?.access_token}`, "content-type": "application/json" },
      body: JSON.stringify({ from, to }),
    });
  const code = await client.code();
  // It is the password that counts, and not the exchange.
  server.clock.advance(30_000);
  client.tokens = (await (await client.exchange(code)).json()) as Tokens;
  expect(client.tokens).toMatchObject({ authenticatedAgo: 30, acr: "urn:handover:password" });
  const [, claims = ""] = client.tokens.access_token.split(".");
  const { auth_time, acr, iat } = JSON.parse(Buffer.from(claims, "base64url").toString());
  expect([acr, iat - auth_time]).toEqual(["urn:handover:password", 30]);

  server.clock.advance(60_500);
  expect((await transfer("N1", "N4")).status).toBe(201);
  server.clock.advance(1);
  expect((await client.refresh("k")).status).toBe(200);
  const reply = await transfer("N2", "N1");
  expect(reply.headers.get("www-authenticate")).toBe(
    'Bearer error="insufficient_user_authentication", max_age="90", acr_values="urn:handover:password"',
  );
  expect(await answer(reply)).toEqual({ status: 401, body: { error: "insufficient_user_authentication" } });
  expect((await client.get("/oauth/api/profile")).status).toBe(200);

  const again = await client.submit(
    undefined,
    {},
    { max_age: "90", acr_values: "urn:x urn:handover:password" },
  );
  const next = new URL(again.headers.get("location") ?? "").searchParams.get("code") ?? "";
  client.tokens = (await (await client.exchange(next)).json()) as Tokens;
  expect((await transfer("N2", "N1")).status).toBe(201);
  expect(await server.metrics()).toMatchObject({ stepUps: 1, invalidTokens: 0 });
});
