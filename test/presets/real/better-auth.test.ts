import { betterAuth as createAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { describe, expect, test } from "vitest";
import { betterAuth } from "../../../src/server/presets/index.js";
import { host, NEAR, openBrowser, versionOf } from "./browser.js";

const HOUR = 3_600_000;
const ADA = { email: "ada@example.com", password: "lovelace-1815", name: "Ada" };

/** A real server, somebody signed in, and a page of it. `db`: what the server has. */
async function start(session: object = {}) {
  const db: Record<string, Record<string, unknown>[]> = {
    user: [],
    session: [],
    account: [],
    verification: [],
  };
  const url = await host((baseURL) =>
    toNodeHandler(
      createAuth({
        baseURL,
        secret: "a secret of at least thirty-two characters",
        database: memoryAdapter(db),
        // The hash of a real one takes its time, on purpose.
        emailAndPassword: {
          enabled: true,
          password: {
            hash: async (password) => password,
            verify: async ({ hash, password }) => hash === password,
          },
        },
        rateLimit: { enabled: false },
        telemetry: { enabled: false },
        // Every touch slides.
        session: { expiresIn: HOUR / 1000, updateAge: 0, ...session },
      }),
    ),
  );
  const browser = openBrowser(url);
  const tab = browser.tab({ server: betterAuth(), idle: {} });
  const signUp = () =>
    browser.browse("/api/auth/sign-up/email", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(ADA),
    });
  /** Time passes at the server: so much less is left of the session. */
  const left = (ms: number) => {
    db.session[0].expiresAt = new Date(Date.now() + ms);
  };
  const expiresAt = () => (db.session[0].expiresAt as Date).getTime();
  return { browser, tab, signUp, db, left, expiresAt };
}

describe(`better-auth ${versionOf("better-auth")}, a real server`, () => {
  test("nobody is signed in before somebody is", async () => {
    const { tab } = await start();
    expect(await tab.start()).toMatchObject({ status: "signed-out" });
  });

  test("S3 I5 a peek finds who is signed in and for how long, and does not move the server's deadline", async () => {
    const { tab, signUp, left, expiresAt } = await start();
    expect((await signUp()).status).toBe(200);
    left(HOUR / 2);
    const before = expiresAt();
    expect(await tab.start()).toMatchObject({ status: "active", user: { email: ADA.email } });
    expect(Math.abs(tab.timeLeft("idle") - HOUR / 2)).toBeLessThan(NEAR);
    await tab.start();
    expect(expiresAt()).toBe(before);
  });

  test("S3 a touch moves it, and what the server says of it counts here", async () => {
    const { tab, signUp, left, expiresAt } = await start();
    await signUp();
    left(HOUR / 2);
    await tab.start();
    await tab.extend();
    expect(expiresAt()).toBeGreaterThan(Date.now() + HOUR - NEAR);
    expect(Math.abs(tab.timeLeft("idle") - HOUR)).toBeLessThan(NEAR);
  });

  test("where updateAge is not over a touch moves nothing, and nothing more is believed here", async () => {
    const { tab, signUp, left, expiresAt } = await start({ updateAge: HOUR / 1000 });
    await signUp();
    left(HOUR / 2);
    const before = expiresAt();
    await tab.start();
    await tab.extend();
    expect(expiresAt()).toBe(before);
    expect(tab.timeLeft("idle")).toBeLessThan(HOUR / 2 + NEAR);
  });

  test("a touch gets past the copy of the session in a cookie", async () => {
    const { tab, signUp, left, expiresAt } = await start({ cookieCache: { enabled: true, maxAge: 300 } });
    await signUp();
    left(HOUR / 2);
    await tab.start();
    expect(Math.abs(tab.timeLeft("idle") - HOUR / 2)).toBeLessThan(NEAR);
    await tab.extend();
    expect(expiresAt()).toBeGreaterThan(Date.now() + HOUR - NEAR);
  });

  test("a server that defers its writes is written to by a POST", async () => {
    const { tab, signUp, left, expiresAt, browser } = await start({ deferSessionRefresh: true });
    await signUp();
    left(HOUR / 2);
    await tab.start();
    browser.requests.length = 0;
    await tab.extend();
    expect(browser.requests).toEqual(["GET /api/auth/get-session", "POST /api/auth/get-session"]);
    expect(expiresAt()).toBeGreaterThan(Date.now() + HOUR - NEAR);
  });

  test("S6 a sign-out is known to the server, which refuses the cookie from then on", async () => {
    const { tab, signUp, db, browser } = await start();
    await signUp();
    await tab.start();
    const cookie = [...browser.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
    expect(await tab.logout()).toBe(true);
    expect(tab.getState()).toMatchObject({ status: "ended", reason: "logout" });
    expect(db.session).toEqual([]);
    const replay = await browser.browse("/api/auth/get-session", { headers: { cookie } });
    expect(await replay.json()).toBeNull();
  });

  test("F15 a session that the server has deleted ends at the next contact", async () => {
    const { tab, signUp, db } = await start();
    await signUp();
    await tab.start();
    db.session.length = 0;
    await expect(tab.extend()).rejects.toMatchObject({ code: "ERR_REJECTED" });
    expect(tab.getState()).toMatchObject({ status: "ended", reason: "rejected" });
  });

  test("signing up is authenticating, and the server says when that was", async () => {
    const { tab, signUp } = await start();
    await signUp();
    await tab.start();
    await tab.requireFresh({ maxAge: "1m" });
  });
});
