import { expect, test } from "vitest";
import { answer } from "./support/browser.js";
import { HOUR, MINUTE } from "./support/clock.js";
import { serve, type TestServer } from "./support/server.js";

test("signing in tells who, which epoch and how long, in seconds", async () => {
  const server = await serve({ IDLE_TIMEOUT: "15m", ABSOLUTE_TIMEOUT: "8h", ACCESS_LIFETIME: "90s" });
  const reply = server.browser().post("/login", { username: "ada", password: "lovelace" });
  expect(await answer(reply)).toEqual({
    status: 200,
    body: {
      user: { id: "u-ada", name: "Ada Lovelace", username: "ada" },
      epoch: expect.any(Number),
      idleExpiresIn: 900,
      absoluteExpiresIn: 28_800,
      accessExpiresIn: 90,
      authenticatedAgo: 0,
    },
  });
});

test.each([
  ["a wrong password", { username: "ada", password: "turing" }],
  ["an unknown name", { username: "grace", password: "lovelace" }],
  ["a name that is a property of every object", { username: "__proto__", password: "lovelace" }],
  ["an empty password", { username: "ada", password: "" }],
])("%s gets the same answer as any other: 401, no cookie", async (_, credentials) => {
  const server = await serve();
  const browser = server.browser();
  expect(await answer(browser.post("/login", credentials))).toEqual({
    status: 401,
    body: { error: "bad_credentials" },
  });
  expect(browser.cookies.size).toBe(0);
  expect(await server.metrics()).toMatchObject({ signIns: 0, signInFailures: 1 });
});

test.each([
  ["no name", { password: "lovelace" }],
  ["a number", { username: "ada", password: 1 }],
  ["an unknown field", { username: "ada", password: "lovelace", admin: true }],
])("%s in the body is refused, not bent into shape", async (_, body) => {
  const server = await serve();
  expect(await answer(server.browser().post("/login", body))).toMatchObject({
    status: 400,
    body: { error: "invalid_request" },
  });
});

test("S4 signing in again makes a new id and refresh token, and the old session is dead", async () => {
  const server = await serve();
  const browser = await server.browser().signIn("ada");
  const old = browser.copy();

  await browser.signIn("alan");
  expect(browser.cookies.get("sid")).not.toBe(old.cookies.get("sid"));
  expect(browser.cookies.get(browser.tokenCookie)).not.toBe(old.cookies.get(old.tokenCookie));
  expect(await answer(old.get("/session"))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "ended" },
  });
  expect(await answer(old.refresh("k"))).toEqual({
    status: 401,
    body: { error: "invalid_grant", reason: "ended" },
  });
  expect((await browser.get("/session")).status).toBe(200);
});

test("S4 a failed sign-in leaves the session that is there", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await browser.post("/login", { username: "alan", password: "wrong" });
  expect((await browser.get("/session")).status).toBe(200);
});

test("S5 an id that this server did not make is never adopted", async () => {
  const server = await serve();
  const planted = "A".repeat(43);
  const browser = server.browser();
  browser.cookies.set("sid", planted);
  expect(await answer(browser.get("/session"))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "none" },
  });

  await browser.signIn();
  expect(browser.cookies.get("sid")).not.toBe(planted);
  const attacker = server.browser();
  attacker.cookies.set("sid", planted);
  expect((await attacker.get("/session")).status).toBe(401);
});

test("S5 ids and refresh tokens are 256 opaque bits, and no two are alike", async () => {
  const server = await serve();
  const seen = new Set<string>();
  for (let i = 0; i < 50; i += 1) {
    const { cookies } = await server.browser().signIn();
    for (const secret of cookies.values()) {
      expect(Buffer.from(secret, "base64url")).toHaveLength(32);
      seen.add(secret);
    }
  }
  expect(seen.size).toBe(100);
});

async function epochOf(server: TestServer, username: "ada" | "alan"): Promise<number> {
  const browser = await server.browser().signIn(username);
  return ((await (await browser.get("/session")).json()) as { epoch: number }).epoch;
}

test("the epoch rises at every sign-in, whoever signs in, also over a restart and a clock set back", async () => {
  const first = await serve();
  const epochs = [await epochOf(first, "ada"), await epochOf(first, "alan")];
  const second = await first.restart();
  second.clock.advance(-HOUR);
  epochs.push(await epochOf(second, "ada"), await epochOf(second, "ada"));

  expect(epochs.every(Number.isInteger)).toBe(true);
  expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
});

test("the epoch still rises when the data was lost: browsers remember the old one", async () => {
  const lost = await serve();
  const before = [await epochOf(lost, "ada"), await epochOf(lost, "ada")];
  const fresh = await serve();
  fresh.clock.advance(MINUTE);
  expect(await epochOf(fresh, "ada")).toBeGreaterThan(Math.max(...before));
});

test("guessing passwords is slowed down", async () => {
  const server = await serve({ LOGIN_RATE: "3" });
  const guess = () => server.browser().post("/login", { username: "ada", password: "guess" });
  expect([await guess(), await guess(), await guess()].map((reply) => reply.status)).toEqual([401, 401, 401]);
  const refused = await guess();
  expect(await answer(refused)).toEqual({ status: 429, body: { error: "rate_limited" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
});
