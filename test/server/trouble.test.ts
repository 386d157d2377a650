import { expect, test } from "vitest";
import { answer, type Browser } from "./support/browser.js";
import { serve, type TestServer } from "./support/server.js";

const CALM = {
  down: false,
  slowMs: 0,
  rejectNextRefresh: false,
  loseNextReply: false,
  dieNextRotation: false,
  status: null,
  wantNonce: false,
  newNonce: false,
  nonceRenewals: 0,
};

const APPLICATION: [string, (browser: Browser) => Promise<Response>][] = [
  ["GET /health", (browser) => browser.get("/health")],
  ["GET /config", (browser) => browser.get("/config")],
  ["GET /session", (browser) => browser.get("/session")],
  ["POST /session/touch", (browser) => browser.post("/session/touch")],
  ["POST /refresh", (browser) => browser.refresh("k")],
  ["POST /login", (browser) => browser.post("/login", { username: "ada", password: "lovelace" })],
  ["POST /logout", (browser) => browser.post("/logout")],
  ["GET /api/notes", (browser) => browser.get("/api/notes")],
];

const state = async (server: TestServer) => (await answer(server.browser().get("/debug/trouble"))).body;

test("down breaks every connection to the application, and nothing is done", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const before = await server.metrics();
  await server.trouble({ down: true });
  for (const [what, ask] of APPLICATION)
    await expect(ask(browser.copy()), what).rejects.toThrow("fetch failed");
  expect(await server.metrics()).toEqual(before);
  expect((await server.browser().get("/")).status).toBe(200);

  await server.trouble({ down: false });
  expect((await browser.get("/session")).status).toBe(200);
});

test("slow delays session, refresh and API, not the rest", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await server.trouble({ slowMs: 200 });
  const took = async (ask: () => Promise<Response>) => {
    const start = performance.now();
    expect((await ask()).status).toBe(200);
    return performance.now() - start;
  };
  for (const ask of [
    () => browser.get("/session"),
    () => browser.post("/session/touch"),
    () => browser.refresh("k"),
    () => browser.get("/api/notes"),
  ]) {
    expect(await took(ask)).toBeGreaterThanOrEqual(195);
  }
  expect(await took(() => browser.get("/health"))).toBeLessThan(195);
});

test("a request that is slow is answered at once when the server stops, and holds it up no longer", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await server.trouble({ slowMs: 60_000 });
  const waiting = browser.refresh("k");
  await expect.poll(async () => (await server.metrics()).refreshRequests).toBe(1);
  const stopping = performance.now();
  await server.stop();
  expect(performance.now() - stopping).toBeLessThan(2_000);
  expect((await waiting).status).toBe(200);
});

test("reject refuses one refresh, and the session is revoked", async () => {
  const server = await serve();
  const [victim, other] = [await server.browser().signIn("ada"), await server.browser().signIn("alan")];
  await server.trouble({ rejectNextRefresh: true });
  expect(await answer(victim.refresh("k"))).toEqual({
    status: 401,
    body: { error: "invalid_grant", reason: "revoked" },
  });
  expect((await other.refresh("k")).status).toBe(200);
  expect(await answer(victim.get("/session"))).toMatchObject({ status: 401, body: { reason: "revoked" } });
  expect(await state(server)).toEqual(CALM);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, reuses: 0, invalidGrants: 1 });
});

test("F4 a lost reply: the rotation is done, the same key gets what was lost", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const token = browser.cookies.get(browser.tokenCookie);
  await server.trouble({ loseNextReply: true });
  await expect(browser.refresh("k")).rejects.toThrow("fetch failed");
  expect(browser.cookies.get(browser.tokenCookie)).toBe(token);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 0 });

  expect((await browser.refresh("k")).status).toBe(200);
  expect(browser.cookies.get(browser.tokenCookie)).not.toBe(token);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
});

test.each([
  ["half of it comes", "half"],
  ["a gateway answers", "gateway"],
])(
  "F4 the reply of a rotation is lost, and %s: it is done, and the same key gets the same",
  async (_, how) => {
    const server = await serve();
    const browser = await server.browser().signIn();
    await server.trouble({ loseNextReply: how });
    const asked = browser.refresh("k");
    // The head of half a reply is whole: a browser takes the cookies in it. Node may see the connection break first.
    if (how === "half") await expect(asked.then((reply) => reply.text())).rejects.toThrow("terminated");
    else expect((await asked).status).toBe(502);
    expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 0 });
    expect(await state(server)).toEqual(CALM);

    expect((await browser.refresh("k")).status).toBe(200);
    expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
  },
);

test("a status answers the next refreshes instead of doing them", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await server.trouble({ status: { status: 503, retryAfter: 2, body: "json", count: 2 } });
  for (const left of [{ count: 1 }, null]) {
    const reply = await browser.refresh("k");
    expect(reply.headers.get("retry-after")).toBe("2");
    expect(await answer(reply)).toEqual({ status: 503, body: { error: "trouble" } });
    expect((await state(server)) as object).toMatchObject({ status: left });
  }
  expect((await browser.refresh("k")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 3, refreshes: 1 });
});

test("a status can come as a page, as from a gateway", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await server.trouble({ status: { status: 403, body: "html" } });
  const reply = await browser.refresh("k");
  expect(reply.status).toBe(403);
  expect(reply.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(reply.headers.get("retry-after")).toBeNull();
  expect((await browser.refresh("k")).status).toBe(200);
});

test("orders add up, and reset ends all trouble and zeroes the counts", async () => {
  const server = await serve();
  expect(await state(server)).toEqual(CALM);
  await server.trouble({ slowMs: 1 });
  await server.trouble({ loseNextReply: true });
  expect(await state(server)).toEqual({ ...CALM, slowMs: 1, loseNextReply: true });

  await server.browser().signIn();
  expect(await answer(server.browser().post("/debug/reset"))).toEqual({ status: 200, body: CALM });
  expect(Object.values(await server.metrics()).every((count) => count === 0)).toBe(true);
});

test.each([
  ["an unknown trouble", { upsideDown: true }],
  ["a word for a number", { slowMs: "1s" }],
  ["a status that is none", { status: { status: 199 } }],
  ["an unknown user", { endSession: "grace" }],
])("%s is refused, and nothing changes", async (_, order) => {
  const server = await serve();
  const reply = server.browser().post("/debug/trouble", { loseNextReply: true, ...order });
  expect(await answer(reply)).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  expect(await state(server)).toEqual(CALM);
});
