import { ExpressAuth, type ExpressAuthConfig } from "@auth/express";
import Credentials from "@auth/express/providers/credentials";
import express from "express";
import { describe, expect, test } from "vitest";
import { authjs } from "../../../src/server/presets/index.js";
import { host, NEAR, openBrowser, versionOf } from "./browser.js";

const HOUR = 3_600_000;
const COOKIE = "authjs.session-token";

async function start(config: Partial<ExpressAuthConfig> = {}) {
  const url = await host(() => {
    const app = express();
    const auth = ExpressAuth({
      providers: [
        Credentials({
          credentials: { name: {}, password: {} },
          authorize: ({ password }) =>
            password === "lovelace" ? { id: "ada", name: "Ada", email: "ada@example.com" } : null,
        }),
      ],
      secret: "a secret of at least thirty-two characters",
      trustHost: true,
      session: { maxAge: HOUR / 1000 },
      logger: { error() {}, warn() {} },
      ...config,
    });
    app.use("/auth", auth);
    return app;
  });
  const browser = openBrowser(url);
  const tab = browser.tab({ server: authjs({ baseUrl: "/auth" }), idle: {} });
  async function signIn() {
    const { csrfToken } = await (await browser.browse("/auth/csrf")).json();
    const fields = { csrfToken, name: "ada", password: "lovelace" };
    await browser.submit("/auth/callback/credentials", fields, { "X-Auth-Return-Redirect": "1" });
  }
  return { browser, tab, signIn };
}

/** A server with a database, which is a map, and a session in it that has half of its hour left. */
async function withDatabase(updateAge = 0) {
  const user = { id: "ada", name: "Ada", email: "ada@example.com", emailVerified: null };
  const sessions = new Map<string, { sessionToken: string; userId: string; expires: Date }>();
  const session = { sessionToken: "a-token", userId: "ada", expires: new Date(Date.now() + HOUR / 2) };
  sessions.set(session.sessionToken, session);
  let away = false;
  const never = async () => {
    throw new Error("Not of this test.");
  };
  const started = await start({
    session: { strategy: "database", maxAge: HOUR / 1000, updateAge },
    // Such a session comes from a provider; how it began does not matter here.
    providers: [
      { id: "other", name: "Other", type: "oauth", issuer: "https://id.example.com", clientId: "app" },
    ],
    adapter: {
      createUser: never,
      getUser: never,
      getUserByEmail: never,
      getUserByAccount: never,
      updateUser: never,
      linkAccount: never,
      createSession: never,
      async getSessionAndUser(token) {
        if (away) throw new Error("The database is away.");
        const session = sessions.get(token);
        return session ? { session: { ...session }, user } : null;
      },
      async updateSession({ sessionToken, expires }) {
        const session = sessions.get(sessionToken);
        if (session && expires) session.expires = expires;
        return session;
      },
      async deleteSession(token) {
        sessions.delete(token);
      },
    },
  });
  started.browser.cookies.set(COOKIE, { value: session.sessionToken, expires: Number.POSITIVE_INFINITY });
  return {
    ...started,
    sessions,
    session,
    fail: () => {
      away = true;
    },
  };
}

describe(`Auth.js (@auth/express ${versionOf("@auth/express")}, @auth/core ${versionOf("@auth/core")}), a real server`, () => {
  test("nobody is signed in before somebody is: the server says null", async () => {
    const { tab, browser } = await start();
    expect(await tab.start()).toMatchObject({ status: "signed-out" });
    expect(browser.requests).toEqual(["GET /auth/session"]);
  });

  test("the start finds who is signed in, and for how long", async () => {
    const { tab, signIn } = await start();
    await signIn();
    expect(await tab.start()).toMatchObject({ status: "active", user: { email: "ada@example.com" } });
    expect(Math.abs(tab.timeLeft("idle") - HOUR)).toBeLessThan(NEAR);
  });

  test("every read of a JWT session brings a new cookie, as the preset says", async () => {
    const { tab, signIn, browser } = await start();
    await signIn();
    const first = browser.cookies.get(COOKIE)?.value;
    await tab.start();
    const second = browser.cookies.get(COOKIE)?.value;
    await tab.extend();
    const third = browser.cookies.get(COOKIE)?.value;
    expect(new Set([first, second, third]).size).toBe(3);
    expect(authjs()).toMatchObject({ peekSlides: true });
  });

  test("S6 a sign-out clears the cookie, and the server knows nobody", async () => {
    const { tab, signIn, browser } = await start();
    await signIn();
    await tab.start();
    expect(await tab.logout()).toBe(true);
    expect(browser.cookies.has(COOKIE)).toBe(false);
    expect(await (await browser.browse("/auth/session")).json()).toBeNull();
  });

  test("with a database the deadline in the reply is the server's, also where it has not moved", async () => {
    const { tab, session } = await withDatabase(HOUR / 1000);
    const before = session.expires.getTime();
    expect(await tab.start()).toMatchObject({ status: "active" });
    await tab.extend();
    expect(session.expires.getTime()).toBe(before);
    expect(tab.timeLeft("idle")).toBeLessThan(HOUR / 2 + NEAR);
  });

  test("with a database a touch moves it when updateAge is over, and the next reply tells", async () => {
    const { tab, session } = await withDatabase();
    await tab.start();
    expect(session.expires.getTime()).toBeGreaterThan(Date.now() + HOUR - NEAR);
    await tab.extend();
    expect(Math.abs(tab.timeLeft("idle") - HOUR)).toBeLessThan(NEAR);
  });

  test("S6 with a database a copy of the cookie is refused after the sign-out", async () => {
    const { tab, session, sessions, browser } = await withDatabase();
    await tab.start();
    expect(await tab.logout()).toBe(true);
    expect(sessions.size).toBe(0);
    const cookie = `${COOKIE}=${session.sessionToken}`;
    expect(await (await browser.browse("/auth/session", { headers: { cookie } })).json()).toBeNull();
  });

  test("F15 a session that the server has deleted ends at the next contact", async () => {
    const { tab, sessions } = await withDatabase();
    await tab.start();
    sessions.clear();
    await expect(tab.extend()).rejects.toMatchObject({ code: "ERR_REJECTED" });
    expect(tab.getState()).toMatchObject({ status: "ended", reason: "rejected" });
  });

  test("a database that is away looks like nobody to the page: the server itself says so", async () => {
    const { browser, fail } = await withDatabase();
    fail();
    const reply = await browser.browse("/auth/session");
    expect([reply.status, await reply.json()]).toEqual([200, null]);
  });
});
