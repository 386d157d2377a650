import { randomBytes } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RedisServer } from "../../demo/cluster/redis-server.js";
import { answer, Browser } from "../server/support/browser.js";
import { OAuthClient } from "../server/support/oauth.js";
import { Prover } from "../server/support/proofs.js";
import { startTestServer, type TestServer } from "../server/support/server.js";
import { commonRedis, ownRedis, VERSION } from "./support/redis.js";

const SERVER_KEY = randomBytes(32).toString("base64url");

/** Servers with one store. In one process here, and with nothing in common but Redis. */
async function servers<N extends number>(count: N, own?: RedisServer, env: Record<string, string> = {}) {
  const { url, prefix } = own ? { url: own.url, prefix: "own:" } : await commonRedis();
  const settings = { SESSION_STORE: url, STORE_PREFIX: prefix, SERVER_KEY, LOGIN_RATE: "100000", ...env };
  const started: TestServer[] = [];
  for (let i = 0; i < count; i++) started.push(await startTestServer(settings));
  return started as [TestServer, TestServer, TestServer];
}

/** The same browser at another server. */
const at = ({ url }: TestServer, { cookies }: Browser) => new Browser(url, new Map(cookies));

describe(`servers with one Redis ${VERSION}`, () => {
  test("a session is at home in each of them, and its end is known to all", async () => {
    const [one, two, three] = await servers(3);
    const browser = await one.browser().signIn();
    expect(await answer(at(two, browser).get("/session"))).toMatchObject({ body: { user: { id: "u-ada" } } });
    expect((await at(three, browser).post("/logout")).status).toBe(204);
    expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "ended" } });
    // What is counted is counted together.
    for (const server of [one, two, three])
      expect(await server.metrics()).toMatchObject({ signIns: 1, peeks: 1, signOuts: 1, noSessions: 1 });
    expect(await (await two.browser().post("/debug/reset")).json()).toMatchObject({ down: false });
    expect(await one.metrics()).toMatchObject({ signIns: 0, peeks: 0 });
  });

  test("S6 a sign-out under an id that was renewed at another one ends the session for all of them", async () => {
    const [one, two] = await servers(2);
    const browser = await one.browser().signIn();
    const late = at(two, browser);
    expect((await browser.post("/session/reauthenticate", { password: "lovelace" })).status).toBe(200);
    expect((await browser.get("/session")).status).toBe(200);
    expect((await late.post("/logout")).status).toBe(204);
    expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "ended" } });
    expect((await at(two, browser).refresh("k")).status).toBe(401);
  });

  test("T1 F4 two are given the same refresh token at the same instant: it is rotated once", async () => {
    const [one, two] = await servers(2);
    for (let round = 0; round < 10; round++) {
      const browser = await one.browser().signIn();
      const [here, there] = [browser.copy(), at(two, browser)];
      const replies = await Promise.all([here.refresh("k1"), there.refresh("k1")]);
      expect(replies.map(({ status }) => status)).toEqual([200, 200]);
      // Both were given the same successor.
      expect(there.cookies.get(there.tokenCookie)).toBe(here.cookies.get(here.tokenCookie));
      expect((await here.refresh("k2")).status).toBe(200);
    }
    expect(await one.metrics()).toMatchObject({ refreshes: 20, replays: 10, reuses: 0 });
  });

  test("T1 two are given the same refresh token under different keys: one rotates, the other sees the reuse", async () => {
    const [one, two] = await servers(2);
    const browser = await one.browser().signIn();
    const replies = await Promise.all([browser.copy().refresh("k1"), at(two, browser).refresh("k2")]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(await two.metrics()).toMatchObject({ refreshes: 1, reuses: 1 });
    expect(await answer(browser.get("/session"))).toMatchObject({ body: { reason: "revoked" } });
  });

  test("fifty sign-ins at once over three of them: every epoch is another, none is refused", async () => {
    const all = await servers(3);
    const epochs = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const browser = await (all[index % 3] as TestServer).browser().signIn();
        return ((await (await browser.get("/session")).json()) as { epoch: number }).epoch;
      }),
    );
    expect(new Set(epochs).size).toBe(50);
  });

  test("sign-ins are limited by the address over all of them together", async () => {
    const [one, two] = await servers(2, undefined, { LOGIN_RATE: "3" });
    const wrong = { username: "ada", password: "wrong" };
    const attempt = async (server: TestServer) => (await server.browser().post("/login", wrong)).status;
    expect([await attempt(one), await attempt(two), await attempt(one)]).toEqual([401, 401, 401]);
    const refused = await two.browser().post("/login", wrong);
    expect([refused.status, await refused.json()]).toEqual([429, { error: "rate_limited" }]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    for (const server of [one, two]) server.clock.advance(60_000);
    expect(await attempt(two)).toBe(401);
  });

  test("trouble is for all of them: the next reply that gets lost is one, wherever it is", async () => {
    const [one, two] = await servers(2);
    const browser = await one.browser().signIn();
    await one.trouble({ loseNextReply: true });
    await expect(at(two, browser).refresh("k1")).rejects.toThrow("fetch failed");
    expect((await browser.refresh("k1")).status).toBe(200);
    expect(await one.metrics()).toMatchObject({ refreshes: 1, replays: 1 });
  });

  test("T8 a nonce for proofs that one has given is good at the other", async () => {
    const env = { PUBLIC_ORIGIN: "http://handover.example", DPOP_NONCE: "on" };
    const [one, two] = await servers(2, undefined, env);
    const prover = await Prover.make();
    const form = { grant_type: "refresh_token", refresh_token: "none" };
    const ask = async (server: TestServer, nonce?: string) => {
      const url = "http://handover.example/oauth/token";
      const dpop = await prover.proof("POST", url, server.clock.now(), undefined, { claims: { nonce } });
      return new OAuthClient(server.url).post("/oauth/token", form, { dpop });
    };
    const demand = await ask(one);
    expect(await demand.json()).toMatchObject({ error: "use_dpop_nonce" });
    const nonce = demand.headers.get("dpop-nonce") ?? "";
    expect(await (await ask(two, nonce)).json()).toMatchObject({ error: "invalid_grant" });
  });

  test("T1 a code and a grant of one are good at the others, and a code that comes again is known to all", async () => {
    const [one, two, three] = await servers(3, undefined, { PUBLIC_ORIGIN: "http://handover.example" });
    const client = new OAuthClient(one.url);
    Object.assign(client, { redirectUri: "http://handover.example/oauth-app/" });
    const code = await client.code();
    Object.assign(client, { url: two.url });
    client.tokens = await (await client.exchange(code)).json();
    Object.assign(client, { url: three.url });
    expect((await client.refresh("k1")).status).toBe(200);
    expect((await client.get("/oauth/api/profile")).status).toBe(200);
    // A second exchange, wherever, revokes the grant.
    Object.assign(client, { url: one.url });
    expect((await client.exchange(code)).status).toBe(400);
    expect((await client.get("/oauth/api/profile")).status).toBe(401);
  });

  test("three that start at once write the first notes once", async () => {
    const { url: SESSION_STORE, prefix: STORE_PREFIX } = await commonRedis();
    const env = { SESSION_STORE, STORE_PREFIX, SERVER_KEY };
    const [one] = await Promise.all([1, 2, 3].map(() => startTestServer(env)));
    const browser = await (one as TestServer).browser().signIn();
    expect(await (await browser.get("/api/notes")).json()).toMatchObject({ notes: { length: 3 } });
  });
});

describe(`a Redis ${VERSION} that comes and goes`, () => {
  test("T4 F15 while it is away or hangs the answer is 503 with Retry-After, no cookie is touched, and nobody is signed out", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const redis = await ownRedis(["--appendonly", "yes", "--appendfsync", "always"]);
    const [server] = await servers(1, redis);
    const browser = await server.browser().signIn();
    const calls: (() => Promise<Response>)[] = [
      () => browser.get("/session"),
      () => browser.post("/session/touch"),
      () => browser.refresh("k1"),
      () => browser.get("/api/notes"),
      () => browser.post("/logout", { epoch: "another" }),
      () => browser.post("/login", { username: "ada", password: "lovelace" }),
    ];
    const cookies = new Map(browser.cookies);
    const refused = async () => {
      for (const reply of await Promise.all(calls.map((call) => call()))) {
        expect([reply.status, await reply.json()]).toEqual([503, { error: "unavailable" }]);
        expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
        expect(reply.headers.getSetCookie()).toEqual([]);
      }
    };
    redis.hang();
    await refused();
    await redis.stop("SIGKILL");
    await refused();
    expect(browser.cookies).toEqual(cookies);
    await redis.start();
    await vi.waitFor(async () => expect((await browser.get("/session")).status).toBe(200), {
      timeout: 10_000,
      interval: 100,
    });
    // Whether or not it was written when the reply was lost.
    expect((await browser.refresh("k1")).status).toBe(200);
    expect((await browser.refresh("k2")).status).toBe(200);
    // It was said once that it is away, and that it is back. No stacks.
    const said = log.mock.calls.map(([message]) => String(message));
    expect(said).toEqual([
      expect.stringMatching(/^Redis at \S+ is away: [^\n]+$/),
      expect.stringMatching(/^Redis at \S+ is back\.$/),
    ]);
  });

  test("killed and started again with what it has written down, it has lost nobody", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const redis = await ownRedis(["--appendonly", "yes", "--appendfsync", "always"]);
    const [one, two] = await servers(2, redis);
    const browsers = await Promise.all(Array.from({ length: 10 }, () => one.browser().signIn()));
    for (const browser of browsers) expect((await browser.refresh("k1")).status).toBe(200);
    await redis.stop("SIGKILL");
    await redis.start();
    await vi.waitFor(async () => expect((await two.browser().get("/session")).status).toBe(401), {
      timeout: 10_000,
      interval: 100,
    });
    for (const browser of browsers) expect((await at(two, browser).refresh("k2")).status).toBe(200);
    expect(await two.metrics()).toMatchObject({ refreshes: 20, reuses: 0, invalidGrants: 0 });
  });

  test("without it a server does not start, and says why", async () => {
    const redis = await ownRedis();
    await redis.stop();
    await expect(servers(1, redis)).rejects.toThrow(
      `Redis at 127.0.0.1:${redis.port} cannot be used: connect ECONNREFUSED 127.0.0.1:${redis.port}`,
    );
  });
});
