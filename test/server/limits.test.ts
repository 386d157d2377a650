import { expect, test } from "vitest";
import { answer, type Browser } from "./support/browser.js";
import { HOUR, MINUTE, SECOND } from "./support/clock.js";
import { serve } from "./support/server.js";

const LIMITS = { IDLE_TIMEOUT: "15m", ABSOLUTE_TIMEOUT: "8h", ACCESS_LIFETIME: "5m" };

interface Lifetimes {
  idleExpiresIn: number;
  absoluteExpiresIn: number;
  accessExpiresIn: number;
}

async function lifetimes(reply: Promise<Response>): Promise<Lifetimes> {
  const { status, body } = await answer(reply);
  expect(status).toBe(200);
  return body as Lifetimes;
}

const everyRoute = (browser: Browser): Promise<Response>[] => [
  browser.get("/session"),
  browser.post("/session/touch"),
  browser.refresh("k"),
  browser.get("/api/notes"),
  browser.get("/sessions"),
  browser.delete("/sessions"),
];

test("S1 the server ends an idle session by itself, to the millisecond", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(15 * MINUTE - 1);
  expect((await browser.get("/session")).status).toBe(200);
  server.clock.advance(1);
  for (const reply of await Promise.all(everyRoute(browser))) {
    expect(await answer(reply)).toMatchObject({ status: 401, body: { reason: "idle" } });
  }
});

test("S6 after an expiry neither cookie opens anything, and no refresh that was answered before is given again", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  const copy = browser.copy();
  await browser.refresh("k1");
  server.clock.advance(15 * MINUTE);
  for (const [it, key] of [
    [copy, "k1"],
    [browser, "k1"],
    [browser, "k2"],
  ] as const)
    expect(await answer(it.refresh(key))).toEqual({
      status: 401,
      body: { error: "invalid_grant", reason: "idle" },
    });
  for (const path of ["/session", "/sessions", "/api/notes", "/api/draft"])
    expect(await answer(browser.get(path)), path).toEqual({
      status: 401,
      body: { error: "no_session", reason: "idle" },
    });
});

test("S1 a touch that comes too late revives nothing", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(15 * MINUTE);
  expect(await answer(browser.post("/session/touch"))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "idle" },
  });
  expect((await browser.get("/session")).status).toBe(401);
});

test("S2 the absolute lifetime is never moved by touch or refresh", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  for (let minutes = 10; minutes < 480; minutes += 10) {
    server.clock.advance(10 * MINUTE);
    const left = (480 - minutes) * 60;
    expect((await lifetimes(browser.post("/session/touch"))).absoluteExpiresIn).toBe(left);
    expect((await lifetimes(browser.refresh(`k${minutes}`))).absoluteExpiresIn).toBe(left);
  }
  server.clock.advance(10 * MINUTE);
  for (const reply of await Promise.all(everyRoute(browser))) {
    expect(await answer(reply)).toMatchObject({ status: 401, body: { reason: "absolute" } });
  }
});

test("S3 peek, refresh and API calls do not slide the idle limit; touch does", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(4 * MINUTE);
  expect((await lifetimes(browser.get("/session"))).idleExpiresIn).toBe(11 * 60);
  expect((await lifetimes(browser.refresh("k1"))).idleExpiresIn).toBe(11 * 60);
  expect((await browser.get("/api/notes")).status).toBe(200);
  expect((await browser.put("/api/draft", { bedId: "", text: "typed", priority: "routine" })).status).toBe(
    200,
  );
  expect((await lifetimes(browser.get("/session"))).idleExpiresIn).toBe(11 * 60);
  expect((await lifetimes(browser.post("/session/touch"))).idleExpiresIn).toBe(15 * 60);

  // I18: a page that polls all day long keeps nobody signed in.
  for (let minute = 0; minute < 14; minute += 1) {
    server.clock.advance(MINUTE);
    expect((await browser.refresh(`poll${minute}`)).status).toBe(200);
    expect((await browser.get("/api/notes")).status).toBe(200);
  }
  server.clock.advance(MINUTE);
  expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "idle" } });
});

test("a passed access lifetime closes the API until a refresh, and leaves the session alone", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(5 * MINUTE);

  const refused = await browser.get("/api/notes");
  expect(refused.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  expect(await answer(refused)).toEqual({ status: 401, body: { error: "invalid_token" } });
  expect((await lifetimes(browser.get("/session"))).accessExpiresIn).toBe(0);
  expect((await lifetimes(browser.post("/session/touch"))).accessExpiresIn).toBe(0);

  expect((await lifetimes(browser.refresh("k"))).accessExpiresIn).toBe(5 * 60);
  expect((await browser.get("/api/notes")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ invalidTokens: 1, noSessions: 0 });
});

test("a dead session is not an expired access lifetime: refreshing would not help", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(HOUR);
  const refused = await browser.get("/api/notes");
  expect(refused.headers.get("www-authenticate")).toBe("Bearer");
  expect(await answer(refused)).toEqual({ status: 401, body: { error: "no_session", reason: "idle" } });
});

test("I12 a server clock set back never promises more than the limits", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(-HOUR);
  for (const reply of [browser.get("/session"), browser.post("/session/touch"), browser.refresh("k")]) {
    const left = await lifetimes(reply);
    expect(left.idleExpiresIn).toBe(15 * 60);
    expect(left.absoluteExpiresIn).toBe(8 * 3600);
    expect(left.accessExpiresIn).toBe(5 * 60);
  }
  // And when it is put right again, the touch in between has taken nothing away.
  server.clock.advance(HOUR + 15 * MINUTE - 1);
  expect((await browser.get("/session")).status).toBe(200);
});

test("the reason of an end is the limit that came first, also when somebody asks after both", async () => {
  const server = await serve({ ...LIMITS, ABSOLUTE_TIMEOUT: "1h" });
  const browser = await server.browser().signIn();
  server.clock.advance(HOUR + 30 * SECOND);
  expect(await answer(browser.get("/session"))).toMatchObject({ body: { reason: "idle" } });
});

test("sweeping writes the end down, remembers why for an hour, then forgets", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(15 * MINUTE);
  await server.sweep();
  await server.sweep();
  expect(server.audit.filter(({ event }) => event === "ended")).toMatchObject([
    { userId: "u-ada", reason: "idle" },
  ]);
  expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "idle" } });

  server.clock.advance(HOUR + 1);
  await server.sweep();
  expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "none" } });
});

test("sweeping leaves the living alone", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(15 * MINUTE - 1);
  await server.sweep();
  expect((await browser.get("/session")).status).toBe(200);
});

test("limits that were changed apply to sessions that are already there", async () => {
  const server = await serve(LIMITS);
  const browser = await server.browser().signIn();
  server.clock.advance(6 * MINUTE);
  const stricter = await server.restart({ IDLE_TIMEOUT: "5m" });
  const same = stricter.browser();
  for (const [name, value] of browser.cookies) same.cookies.set(name, value);
  expect(await answer(same.get("/session"))).toMatchObject({ status: 401, body: { reason: "idle" } });
});
