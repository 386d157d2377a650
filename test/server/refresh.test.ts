import { expect, test } from "vitest";
import { answer, Browser } from "./support/browser.js";
import { MINUTE, SECOND } from "./support/clock.js";
import { serve, type TestServer } from "./support/server.js";

const REVOKED = { status: 401, body: { error: "invalid_grant", reason: "revoked" } };

const rt = (browser: Browser): string | undefined => browser.cookies.get(browser.tokenCookie);

/** The same cookies, sent to a server that was started again. */
const moved = (browser: Browser, server: TestServer): Browser =>
  new Browser(server.url, new Map(browser.cookies));

test("T1 each refresh rotates the token", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const tokens = [rt(browser)];
  for (const key of ["k1", "k2", "k3"]) {
    expect((await browser.refresh(key)).status).toBe(200);
    tokens.push(rt(browser));
  }
  expect(new Set(tokens).size).toBe(4);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 3, refreshes: 3, replays: 0, reuses: 0 });
});

test("T1 an old token that comes back revokes the family, the newest token included", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const thief = browser.copy();
  await browser.refresh("k1");
  await browser.refresh("k2");

  expect(await answer(thief.refresh("stolen"))).toEqual(REVOKED);
  expect(await answer(browser.refresh("k3"))).toEqual(REVOKED);
  expect(await answer(browser.get("/session"))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "revoked" },
  });
  expect((await browser.get("/api/notes")).status).toBe(401);
  expect(await server.metrics()).toMatchObject({ refreshes: 2, reuses: 1, invalidGrants: 2 });
});

test("T1 reuse in one session leaves the others of the same user alone", async () => {
  const server = await serve();
  const desk = await server.browser().signIn();
  const other = await server.browser().signIn();
  const thief = desk.copy();
  await desk.refresh("k1");
  expect(await answer(thief.refresh("stolen"))).toEqual(REVOKED);
  expect((await other.refresh("k1")).status).toBe(200);
});

test("F4 a lost reply: the previous token with the same key gets the same successor", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const retry = browser.copy();
  const first = await answer(browser.refresh("k1"));

  expect(await answer(retry.refresh("k1"))).toEqual(first);
  expect(rt(retry)).toBe(rt(browser));
  expect((await browser.refresh("k2")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ refreshes: 2, replays: 1, reuses: 0 });
});

test("F4 a caller that gave up after the cookie came: the current token with the same key rotates nothing", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await browser.refresh("k1");
  const successor = rt(browser);
  expect((await browser.refresh("k1")).status).toBe(200);
  expect(rt(browser)).toBe(successor);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
});

test("F4 a replay tells what is left, it does not renew the access lifetime", async () => {
  const server = await serve({ ACCESS_LIFETIME: "5m" });
  const browser = await server.browser().signIn();
  const retry = browser.copy();
  await browser.refresh("k1");
  server.clock.advance(2 * MINUTE);
  expect(await answer(retry.refresh("k1"))).toMatchObject({ status: 200, body: { accessExpiresIn: 180 } });
});

test("F4 the grace also holds over a restart of the server", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const retry = browser.copy();
  await browser.refresh("k1");

  const again = await server.restart();
  const retried = moved(retry, again);
  expect((await retried.refresh("k1")).status).toBe(200);
  expect(rt(retried)).toBe(rt(browser));
});

test("F4 after the grace window the previous token is reuse, the current one simply rotates", async () => {
  const server = await serve({ GRACE_WINDOW: "60s" });
  const [late, current] = [await server.browser().signIn(), await server.browser().signIn()];
  const before = late.copy();
  await late.refresh("k1");
  await current.refresh("k1");
  const successor = rt(current);

  server.clock.advance(60 * SECOND - 1);
  expect((await before.copy().refresh("k1")).status).toBe(200);
  server.clock.advance(1);
  expect((await current.refresh("k1")).status).toBe(200);
  expect(rt(current)).not.toBe(successor);
  expect(await answer(before.refresh("k1"))).toEqual(REVOKED);
});

test("T1 only the last rotation is given again: the token before it with another key is reuse", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const old = browser.copy();
  await browser.refresh("k1");
  await browser.refresh("k2");
  expect(await answer(old.refresh("k2"))).toEqual(REVOKED);
});

test("F1 T1 a request that comes when its successor was used already gets nothing, and revokes nothing", async () => {
  const server = await serve({ GRACE_WINDOW: "60s" });
  const browser = await server.browser().signIn();
  // Two attempts that their callers have given up on: before the first reply came, and after it.
  const first = browser.copy();
  await browser.refresh("k1");
  const second = browser.copy();
  await browser.refresh("k2");
  await browser.refresh("k3");

  for (const late of [first, second]) {
    const reply = await late.refresh("k1");
    expect(reply.headers.getSetCookie()).toEqual([]);
    expect(await answer(reply)).toEqual({ status: 409, body: { error: "late_attempt" } });
  }
  expect((await browser.refresh("k4")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({
    refreshes: 4,
    lateAttempts: 2,
    reuses: 0,
    invalidGrants: 0,
  });

  // Later it is no late attempt any more.
  server.clock.advance(60 * SECOND);
  expect(await answer(first.refresh("k1"))).toEqual(REVOKED);
});

test("F1 T1 a reply that comes after the next one takes nothing from it", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const late = await browser.copy().refresh("k1");
  await browser.refresh("k1");
  await browser.refresh("k2");
  const current = rt(browser);
  browser.receive(late);
  expect((await browser.refresh("k3")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ refreshes: 3, replays: 1, reuses: 0 });
  // The spent one is gone with the next reply.
  expect(rt(browser)).not.toBe(current);
  expect([...browser.cookies.keys()].filter((name) => name.startsWith("rt."))).toEqual([browser.tokenCookie]);
});

test.each([
  ["another key", "k2"],
  ["no key", undefined],
])("T1 the previous token with %s is reuse", async (_, key) => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const thief = browser.copy();
  await browser.refresh("k1");
  expect(await answer(thief.refresh(key))).toEqual(REVOKED);
  expect(await server.metrics()).toMatchObject({ reuses: 1 });
});

test("T1 without a key a refresh works, and there is no grace for it", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const retry = browser.copy();
  expect((await browser.refresh()).status).toBe(200);
  expect((await browser.refresh()).status).toBe(200);
  expect(await answer(retry.refresh())).toEqual(REVOKED);
  expect(await server.metrics()).toMatchObject({ refreshes: 2, replays: 0, reuses: 1 });
});

test("F1 20 equal refreshes at once rotate once, and all get the same successor", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const tabs = Array.from({ length: 20 }, () => browser.copy());
  const replies = await Promise.all(tabs.map((tab) => tab.refresh("k1")));
  expect(replies.map((reply) => reply.status)).toEqual(Array(20).fill(200));
  expect(new Set(tabs.map(rt)).size).toBe(1);
  expect(rt(tabs[0] as Browser)).not.toBe(rt(browser));
  expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 19, reuses: 0 });
});

test("T1 two refreshes at once with different keys: one rotates, the other is reuse", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const replies = await Promise.all([browser.copy().refresh("a"), browser.copy().refresh("b")]);
  expect(replies.map((reply) => reply.status).sort()).toEqual([200, 401]);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, reuses: 1 });
});

test("T1 a missing or malformed refresh token is refused, and revokes nothing", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  for (const token of [undefined, "", "nonsense"]) {
    const other = browser.copy();
    if (token === undefined) other.cookies.delete(browser.tokenCookie);
    else other.cookies.set(browser.tokenCookie, token);
    expect(await answer(other.refresh("k"))).toEqual({
      status: 401,
      body: { error: "invalid_grant", reason: "none" },
    });
  }
  expect((await browser.refresh("k")).status).toBe(200);
});

test("T1 a refresh token is worth nothing without its own session id", async () => {
  const server = await serve();
  const [ada, alan] = [await server.browser().signIn("ada"), await server.browser().signIn("alan")];
  const alone = server.browser();
  alone.cookies.set(ada.tokenCookie, rt(ada) as string);
  expect(await answer(alone.refresh("k"))).toEqual({
    status: 401,
    body: { error: "invalid_grant", reason: "none" },
  });

  const mixed = alan.copy();
  mixed.cookies.set(alan.tokenCookie, rt(ada) as string);
  expect(await answer(mixed.refresh("k"))).toEqual(REVOKED);
  expect((await ada.refresh("k")).status).toBe(200);
});

test("F1 a refresh that means another session than its cookies is told so, and rotates nothing", async () => {
  const server = await serve();
  const browser = await server.browser().signIn("ada");
  const { epoch: old } = (await (await browser.get("/session")).json()) as { epoch: number };
  await browser.signIn("ada");
  const { epoch } = (await (await browser.get("/session")).json()) as { epoch: number };
  const token = rt(browser);

  const late = browser.post("/refresh", { epoch: `${old}` }, { "idempotency-key": "k1" });
  expect(await answer(late)).toEqual({ status: 409, body: { error: "other_session" } });
  expect(rt(browser)).toBe(token);
  const meant = await browser.post("/refresh", { epoch: `${epoch}` }, { "idempotency-key": "k1" });
  expect(meant.status).toBe(200);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, reuses: 0, invalidGrants: 0 });
});

test("F1 a late reply to a refresh of the old session takes nothing from the next sign-in", async () => {
  const server = await serve();
  const browser = await server.browser().signIn("ada");
  const refreshing = browser.copy();
  const late = await refreshing.refresh("k1");
  await browser.signIn("ada");
  browser.receive(late);
  expect((await browser.refresh("k2")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ refreshes: 2, reuses: 0 });
});

test.each([
  ["too long", "k".repeat(201)],
  ["with a space", "two words"],
])("an idempotency key that is %s is a bad request, and rotates nothing", async (_, key) => {
  const server = await serve();
  const browser = await server.browser().signIn();
  expect(await answer(browser.refresh(key))).toMatchObject({
    status: 400,
    body: { error: "invalid_request" },
  });
  expect(await server.metrics()).toMatchObject({ refreshes: 0, reuses: 0 });
  expect((await browser.refresh("k")).status).toBe(200);
});

test("sessions and their refresh tokens survive a restart", async () => {
  const server = await serve({ IDLE_TIMEOUT: "15m" });
  const browser = await server.browser().signIn();
  await browser.refresh("k1");
  server.clock.advance(MINUTE);

  const again = await server.restart();
  const same = moved(browser, again);
  expect(await answer(same.get("/session"))).toMatchObject({ status: 200, body: { idleExpiresIn: 840 } });
  expect((await same.refresh("k2")).status).toBe(200);
  expect(await again.metrics()).toMatchObject({ refreshes: 1, reuses: 0 });
});
