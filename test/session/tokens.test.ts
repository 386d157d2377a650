import type { Grant } from "sojourn";
import { oauth2, readTokenReply } from "sojourn/presets";
import { createWorld, type FakeUser, type TabOptions } from "sojourn/testing";
import { expect, test } from "vitest";
import { HOUR, keysOf, MINUTE, outcome, recordOf, SECOND, shows, work } from "./support.js";

const tokenServer = { tokenUrl: "/token", clientId: "app", revocationUrl: "/revoke", idempotency: true };
const options: TabOptions<FakeUser> = { server: oauth2<FakeUser>(tokenServer), idle: { timeout: "1h" } };

/** Ada, with tokens in one tab. */
async function withTokens(more: TabOptions<FakeUser> = {}) {
  const world = createWorld();
  const tab = world.tab({ ...options, ...more });
  await world.run(tab.session.start(world.server.issueTokens("ada")));
  return { world, tab };
}

test("a token is handed out at once while it is good, and refreshed when it is not", async () => {
  const { world, tab } = await withTokens();
  const first = await world.run(tab.session.getAccessToken());
  expect(first).toMatch(/^at-/);
  expect(world.network.log).toEqual([]);
  await world.sleep(6 * MINUTE);
  const [second, same] = await world.run(
    Promise.all([tab.session.getAccessToken(), tab.session.getAccessToken()]),
  );
  expect(second).not.toBe(first);
  expect(same).toBe(second);
  expect(world.network.sent("/token")).toHaveLength(1);
  expect(world.network.sent("/token")[0].headers["content-type"]).toContain(
    "application/x-www-form-urlencoded",
  );
  expect(Object.fromEntries(new URLSearchParams(world.network.sent("/token")[0].body))).toMatchObject({
    grant_type: "refresh_token",
    client_id: "app",
    refresh_token: expect.stringMatching(/^rt-/),
  });
});

test("I4 another tab that answers too late: the session goes on here all the same", async () => {
  const { world, tab } = await withTokens();
  const other = world.tab(options);
  await world.run(other.session.start());
  await world.run(tab.session.logout());
  world.channel.trouble = ({ data }) =>
    (data as { type: string }).type === "handed" ? { delay: 400 } : undefined;
  await world.run(tab.session.start(world.server.issueTokens("ada")));
  await world.advance(300);
  expect(shows(other)).toBe("ended logout");
  await world.advance(SECOND);
  expect(shows(other)).toBe("active");
  expect(await world.run(other.session.getAccessToken())).toMatch(/^at-/);
});

test("T6 an exchange: what the server's reply does not say, the caller may: who the user is, and how long ago they have authenticated", async () => {
  const world = createWorld();
  const { user, ...tokens } = world.server.issueTokens("ada");
  const server = { ...oauth2<FakeUser>(tokenServer), exchange: async () => ({ ...tokens, acr: "strong" }) };
  const [tab, other] = [world.tab({ ...options, server }), world.tab({ ...options, server })];
  await world.run(Promise.all([tab.session.start(), other.session.start()]));
  const told = { user: user as FakeUser, authenticatedAgo: "1m", acr: "the server knows better" } as const;
  await world.run(tab.session.start({ exchange: {}, ...told }));
  await world.advance(SECOND);
  expect(await world.run(tab.session.getAccessToken())).toBe(tokens.accessToken);
  for (const it of [tab, other]) {
    expect(it.session.getState()).toMatchObject({ status: "active", user });
    await world.run(it.session.requireFresh({ maxAge: "2m", acr: "strong" }));
  }
  expect(recordOf(world)).toMatchObject({ acr: "strong", subject: expect.stringMatching(/./) });
});

test("I-once tokens rotate for an hour, each refresh token is used once, and the session goes on", async () => {
  const { world, tab } = await withTokens();
  await work(world, tab, HOUR);
  const sent = world.network.sent("/token");
  expect(sent.length).toBeGreaterThan(10);
  const used = sent.map((request) => new URLSearchParams(request.body).get("refresh_token"));
  expect(new Set(used).size).toBe(used.length);
  expect(new Set(keysOf(sent)).size).toBe(sent.length);
  expect(world.server.metrics.reuses).toBe(0);
  expect(shows(tab)).toBe("active");
});

test("F4 a lost reply is asked for again with the same token and the same key", async () => {
  const { world, tab } = await withTokens();
  world.network.next("/token", "lose-reply");
  await world.run(tab.session.refresh());
  const [first, second] = world.network.sent("/token");
  expect(second.body).toBe(first.body);
  expect(keysOf([first])).toEqual(keysOf([second]));
  expect(world.server.metrics).toMatchObject({ refreshes: 1, replays: 1 });
  expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
});

test("T4 only invalid_grant ends a session with tokens", async () => {
  for (const [answer, end] of [
    [{ status: 400, body: { error: "invalid_request" } }, "active"],
    [{ status: 401, body: { error: "invalid_client" } }, "active"],
    [{ status: 403, body: "<h1>Forbidden</h1>" }, "active"],
    [{ status: 200, body: { token_type: "Bearer" } }, "active"],
    [{ status: 400, body: { error: "invalid_grant" } }, "ended rejected"],
  ] as const) {
    const { world, tab } = await withTokens();
    world.network.next("/token", { answer });
    await world.run(outcome(tab.session.refresh()));
    expect(shows(tab)).toBe(end);
  }
});

test("tokens go out as a bearer header, without cookies, and to the configured origins only", async () => {
  const { world, tab } = await withTokens();
  world.network.cookies.set("sid", "of somebody else");
  const token = await world.run(tab.session.getAccessToken());
  await world.run(tab.session.fetch("/api/news"));
  await world.run(tab.session.fetch("https://elsewhere.test/api/news"));
  const [own, foreign] = world.network.sent("/api/news");
  expect(own.headers.authorization).toBe(`Bearer ${token}`);
  expect(foreign.headers.authorization).toBeUndefined();
  expect(foreign.cookies).toEqual({});
});

test("T11 a request with a token that is redirected is refused, and the token goes nowhere", async () => {
  const { world, tab } = await withTokens();
  world.server.route("/api/old", () => ({ status: 302, location: "https://evil.test/api/steal" }));
  expect(await world.run(outcome(tab.session.fetch("/api/old")))).toBe("ERR_REDIRECTED");
  expect(world.network.sent("/api/steal")).toEqual([]);
});

test("T11 the token endpoint is not followed to another address either", async () => {
  const { world, tab } = await withTokens();
  world.network.next("/token", { answer: { status: 307, location: "https://evil.test/token" } });
  expect(await world.run(outcome(tab.session.refresh()))).toBe("ERR_UNAVAILABLE");
  expect(world.network.log.filter(({ url }) => url.startsWith("https://evil.test"))).toEqual([]);
  expect(shows(tab)).toBe("active");
});

test("F24 a 401 for a token that still looked good leads to one refresh and one replay with the new one", async () => {
  const { world, tab } = await withTokens();
  world.server.limits.access = SECOND;
  await world.advance(5 * SECOND);
  world.server.limits.access = 5 * MINUTE;
  world.network.next("/api/news", {
    answer: { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' }, body: {} },
  });
  expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  const [first, second] = world.network.sent("/api/news");
  expect(second.headers.authorization).not.toBe(first.headers.authorization);
});

test("signing out revokes the token at the server, and no token is left here", async () => {
  const { world, tab } = await withTokens();
  expect(await world.run(tab.session.logout())).toBe(true);
  expect(new URLSearchParams(world.network.sent("/revoke")[0].body).get("token")).toMatch(/^rt-/);
  expect(world.server.sessions[0].over).toBe("ended");
  expect(await world.run(outcome(tab.session.getAccessToken()))).toBe("ERR_SESSION_ENDED");
});

test("no token is ever in a record, a message, an address or an error", async () => {
  const { world, tab } = await withTokens();
  const errors: unknown[] = [];
  world.network.next("/token", { answer: { status: 503, body: "at-leak rt-leak" } });
  await world.run(tab.session.refresh()).catch((error) => errors.push(error));
  await work(world, tab, 12 * MINUTE);
  await world.run(tab.session.logout());
  const told = JSON.stringify([
    recordOf(world),
    world.channel.log,
    world.network.log.map((request) => request.url),
    errors.map((error) => [String(error), Object.entries(error as object)]),
    tab.session.inspect(),
  ]);
  expect(told).not.toMatch(/\b[ar]t-/);
});

/** A JSON Web Token as far as anybody can tell who does not have the key. */
const jwt = (claims: object) =>
  [
    ...[{ alg: "RS256", typ: "at+jwt" }, claims].map((part) => btoa(JSON.stringify(part))),
    "c2lnbmF0dXJl",
  ].join(".");

test.each<[string, string]>([
  ["are somebody else's, and expired long ago", jwt({ sub: "eve", exp: 1, aud: "elsewhere", scope: "" })],
  ["last for ever and permit everything", jwt({ sub: "ada", exp: 9e12, scope: "admin", amr: ["mfa"] })],
  ["cannot be read", "at-without-any-claims"],
])(
  "T12 the claims of a token %s: what the server said of it counts, nothing else",
  async (_, accessToken) => {
    const world = createWorld();
    const tab = world.tab(options);
    const told = world.server.issueTokens("ada");
    await world.run(tab.session.start({ ...told, accessToken }));
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
    await world.advance(3 * MINUTE);
    expect(await world.run(tab.session.getAccessToken())).toBe(accessToken);
    expect(world.network.log).toEqual([]);
    await world.advance(2 * MINUTE);
    expect(await world.run(tab.session.getAccessToken())).not.toBe(accessToken);
    expect(world.network.sent("/token")).toHaveLength(1);
    expect(shows(tab)).toBe("active");
  },
);

test("readTokenReply reads what a token endpoint answers, and refuses what none would", () => {
  expect(readTokenReply({ access_token: "a", expires_in: 300, refresh_token: "r" })).toEqual({
    accessToken: "a",
    refreshToken: "r",
    accessExpiresIn: 300_000,
  });
  for (const nonsense of [null, undefined, "", 42, {}, { access_token: "" }, { access_token: 7 }])
    expect(() => readTokenReply(nonsense)).toThrow(expect.objectContaining({ code: "ERR_BAD_REPLY" }));
});

test("a refresh token that is not renewed is kept", async () => {
  const { world, tab } = await withTokens();
  let answered = 0;
  world.server.route("/token", () => ({ body: { access_token: `at-${++answered}`, expires_in: 300 } }));
  await world.run(tab.session.refresh());
  await world.run(tab.session.refresh());
  const used = world.network
    .sent("/token")
    .map((request) => new URLSearchParams(request.body).get("refresh_token"));
  expect(used[1]).toBe(used[0]);
  expect(await world.run(tab.session.getAccessToken())).toBe("at-2");
});

test('refresh: "/url" is a server with one endpoint: refreshed in time, once for all tabs', async () => {
  const world = createWorld();
  world.server.route("/renew", (request) => {
    expect(request.method).toBe("POST");
    expect(request.headers).toMatchObject({ "x-sojourn": "1", "idempotency-key": expect.any(String) });
    return { body: { expires_in: 300 } };
  });
  const tabs = [
    world.tab({ refresh: "/renew" }),
    world.tab({ refresh: "/renew" }),
    world.tab({ refresh: "/renew" }),
  ];
  await world.run(tabs[0].session.start({ accessExpiresIn: "5m", user: { id: "ada", name: "Ada" } }));
  await world.run(Promise.all(tabs.map((tab) => tab.session.start())));
  for (const tab of tabs) expect(shows(tab)).toBe("active");
  await world.advance(5 * MINUTE);
  expect(world.network.sent("/renew")).toHaveLength(1);
  for (const tab of tabs) expect(tab.session.inspect().sequence).toBe(1);
  expect(await world.run(outcome(tabs[0].session.getAccessToken()))).toBe("ERR_NO_CREDENTIAL");
  await world.run(tabs[1].session.logout());
  await world.advance(SECOND);
  for (const tab of tabs) expect(shows(tab)).toBe("ended logout");
});

test("refresh may be a function of one's own, with its own idea of failure", async () => {
  const world = createWorld();
  const answers: (() => Promise<Grant<FakeUser> | undefined>)[] = [
    async () => ({ accessExpiresIn: "5m" }),
    async () => {
      throw new Error("secret of the application");
    },
    async () => ({ accessExpiresIn: "5m" }),
    async () => undefined,
  ];
  const keys: string[] = [];
  const tab = world.tab({
    refresh: async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      return answers.shift()?.();
    },
  });
  await world.run(tab.session.start({ accessExpiresIn: "5m" }));
  await world.run(tab.session.refresh());
  const failed = await world.run(tab.session.refresh().catch((error) => error));
  // The thrown error is a passing fault: once more at once, and that one worked.
  expect(failed).toBeUndefined();
  expect(keys[1]).toBe(keys[2]);
  expect(keys[0]).not.toBe(keys[1]);
  expect(shows(tab)).toBe("active");
});

test("a function that says ERR_REJECTED ends the session", async () => {
  const { SessionError } = await import("sojourn");
  const world = createWorld();
  const tab = world.tab({
    refresh: async () => {
      throw new SessionError("ERR_REJECTED", "no more");
    },
  });
  await world.run(tab.session.start({ accessExpiresIn: "5m" }));
  expect(await world.run(outcome(tab.session.refresh()))).toBe("ERR_SESSION_ENDED");
  expect(shows(tab)).toBe("ended rejected");
});

test("F4 tokens that storage takes long to put on record are not thrown away: nobody has taken the refresh over", async () => {
  const { world, tab } = await withTokens({ requestTimeout: "2s" });
  let writes = 0;
  // The intent is written, the result is not: two tries hang, for as long as the lock may be held.
  world.disk.trouble = ({ kind }) => (kind === "update" && ++writes > 1 ? "hang" : undefined);
  await world.run(tab.session.refresh());
  expect(tab.session.inspect().sequence).toBe(1);
  await world.run(tab.session.refresh());
  expect(world.network.sent("/token")).toHaveLength(2);
  expect(world.server.metrics).toMatchObject({ refreshes: 2, replays: 0, reuses: 0 });
});

/** Ada, at a server that cannot be asked who is signed in, but only be refreshed at. */
function refreshOnly() {
  const world = createWorld();
  world.server.signIn("ada");
  return { world, options: { refresh: "/refresh" } as TabOptions<FakeUser> };
}

test("F4 a restore whose reply is lost is tried again as the same refresh", async () => {
  const { world, options } = refreshOnly();
  world.network.next("/refresh", "lose-reply");
  const tab = world.tab(options);
  await world.run(tab.session.start());
  await world.advance(10 * SECOND);
  const keys = keysOf(world.network.sent("/refresh"));
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
  expect(shows(tab)).toBe("active");
});

test("F4 a restore that another tab did not finish is tried again as the same refresh, where there is a record", async () => {
  const { world, options } = refreshOnly();
  const first = world.tab(options);
  await world.run(first.session.start());
  await world.run(first.session.logout());
  first.close();
  world.server.signIn("ada");
  world.network.next("/refresh", "lose-reply");
  const tabs = [world.tab(options), world.tab(options)];
  await world.run(Promise.all(tabs.map((tab) => tab.session.start())));
  await world.advance(10 * SECOND);
  expect(world.server.metrics.reuses).toBe(0);
  expect(tabs.map(shows)).toEqual(["active", "active"]);
});

test("F14 a restore waits as long as the server asks for", async () => {
  for (const options of [{}, { refresh: "/refresh" }]) {
    const world = createWorld();
    world.server.signIn("ada");
    const path = "refresh" in options ? "/refresh" : "/session";
    world.network.next(path, { answer: { status: 429, headers: { "retry-after": "30" } } });
    const tab = world.tab(options);
    await world.run(tab.session.start());
    tab.setOffline(true);
    tab.setOffline(false);
    await world.advance(29 * SECOND);
    expect(world.network.sent(path)).toHaveLength(1);
    await world.advance(10 * SECOND);
    expect(shows(tab)).toBe("active");
  }
});

test("F14 a restore that waits for its turn while another is told to wait does not ask", async () => {
  const { world, options } = refreshOnly();
  world.network.next("/refresh", { answer: { status: 503, body: {} } });
  const tab = world.tab(options);
  await world.run(tab.session.start());
  world.network.next("/refresh", { answer: { status: 429, headers: { "retry-after": "30" } } });
  while (world.network.sent("/refresh").length < 2) await world.step();
  void tab.session.start();
  await world.advance(29 * SECOND);
  expect(world.network.sent("/refresh")).toHaveLength(2);
  await world.advance(30 * SECOND);
  expect(shows(tab)).toBe("active");
});

test("I-once a sign-in overtakes a refresh that waits for its turn: the new session's token is not spent for the old one", async () => {
  for (let ms = 0; ms < 12; ms++) {
    const { world, tab } = await withTokens();
    const refreshing = outcome(tab.session.refresh());
    await world.advance(ms);
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    await world.run(refreshing);
    await world.advance(SECOND);
    await world.run(tab.session.refresh());
    expect(world.server.metrics.reuses).toBe(0);
    expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  }
});

test("I-once storage hangs, works again and hangs while the reply of a refresh is written: the new token is kept", async () => {
  const { world, tab } = await withTokens({ requestTimeout: "2s" });
  let hangs = true;
  world.disk.trouble = ({ kind }) => (hangs && kind === "update" ? "hang" : undefined);
  tab.activity();
  await world.advance(10 * SECOND);
  expect(tab.session.inspect().storage).toBe("memory");
  hangs = false;
  await world.advance(2 * MINUTE);
  const refreshing = outcome(tab.session.refresh());
  while (!world.network.inFlight.length) await world.step();
  hangs = true;
  await world.run(refreshing);
  hangs = false;
  await world.advance(MINUTE);
  expect(shows(tab)).toBe("active");
  await world.run(outcome(tab.session.refresh()));
  const sent = world.network.sent("/token").map(({ body }) => new URLSearchParams(body).get("refresh_token"));
  expect(new Set(sent).size).toBe(sent.length);
  expect(world.server.metrics.reuses).toBe(0);
});
