import express from "express";
import sessions from "express-session";
import { describe, expect, test } from "vitest";
import { bff } from "../../../src/server/presets/index.js";
import { host, NEAR, openBrowser, versionOf } from "./browser.js";
import { look } from "./stores.js";

declare module "express-session" {
  interface SessionData {
    user: { id: string };
    epoch: number;
    touched: number;
  }
}

const HOUR = 3_600_000;
const SID = "connect.sid";
/** `s:ID.SIGNATURE`, as `express-session` writes it. A server of one's own checks the signature (`cookie-signature`). */
const idOf = (cookie = "") => /connect\.sid=s%3A([^.]+)\./.exec(cookie)?.[1];

async function start(rolling: boolean) {
  const store = new sessions.MemoryStore();
  const url = await host(() => {
    const app = express();
    // Before the middleware: through it every request extends the session.
    app.get("/session", async (request, response) => {
      const session = await look(store, idOf(request.headers.cookie));
      response.status(session ? 200 : 401).json(session ?? { error: "no_session" });
    });
    app.use(
      sessions({
        secret: "a secret",
        store,
        rolling,
        resave: false,
        saveUninitialized: false,
        cookie: { maxAge: HOUR, httpOnly: true, sameSite: "strict" },
      }),
    );
    app.post("/sign-in", (request, response) => {
      request.session.regenerate(() => {
        Object.assign(request.session, { user: { id: "ada" }, epoch: 1 });
        response.json({ user: { id: "ada" }, epoch: 1, idleExpiresIn: HOUR / 1000 });
      });
    });
    app.use((request, response, next) => {
      if (!request.session.user) response.status(401).json({ error: "no_session" });
      else if (request.get("x-sojourn") !== "1") response.status(403).json({ error: "csrf" });
      else next();
    });
    app.post("/session/touch", (request, response) => {
      // Not rolling: the cookie goes out again only with a session that has changed.
      if (!rolling) request.session.touched = Date.now();
      response.json({ user: request.session.user, epoch: 1, idleExpiresIn: HOUR / 1000 });
    });
    app.post("/refresh", (request, response) => {
      const { user, epoch } = request.session;
      request.session.regenerate(() => {
        Object.assign(request.session, { user, epoch });
        response.json({ user, epoch, idleExpiresIn: HOUR / 1000 });
      });
    });
    app.post("/logout", (request, response) => {
      request.session.destroy(() => response.clearCookie(SID).status(204).end());
    });
    return app;
  });
  const browser = openBrowser(url);
  const tab = browser.tab({ server: bff(), idle: {} });
  const signIn = () => browser.browse("/sign-in", { method: "POST" });
  const id = () => idOf(`${SID}=${browser.cookies.get(SID)?.value}`) ?? "";
  const kept = () =>
    JSON.parse((store as unknown as { sessions: Record<string, string> }).sessions[id()] ?? "null");
  const expiresAt = () => new Date(kept().cookie.expires).getTime();
  /** Time passes: so much is left at the server, and in the browser. */
  const left = (ms: number) => {
    const expires = Date.now() + ms;
    const session = kept();
    session.cookie.expires = new Date(expires).toISOString();
    (store as unknown as { sessions: Record<string, string> }).sessions[id()] = JSON.stringify(session);
    const cookie = browser.cookies.get(SID);
    if (cookie) browser.cookies.set(SID, { ...cookie, expires });
  };
  return { browser, tab, signIn, kept, expiresAt, left, id, store };
}

describe.each([true, false])(
  `express-session ${versionOf("express-session")} on Express ${versionOf("express")}, rolling: %s`,
  (rolling) => {
    test("S3 I5 a peek past the middleware tells what is left and moves nothing", async () => {
      const { tab, signIn, left, expiresAt } = await start(rolling);
      await signIn();
      left(HOUR / 2);
      const before = expiresAt();
      expect(await tab.start()).toMatchObject({ status: "active", user: { id: "ada" } });
      await tab.start();
      expect(expiresAt()).toBe(before);
      expect(Math.abs(tab.timeLeft("idle") - HOUR / 2)).toBeLessThan(NEAR);
    });

    test("S3 a touch moves the deadline, at the server and of the cookie", async () => {
      const { tab, signIn, left, expiresAt, browser } = await start(rolling);
      await signIn();
      left(HOUR / 2);
      await tab.start();
      await tab.extend();
      expect(expiresAt()).toBeGreaterThan(Date.now() + HOUR - NEAR);
      expect(browser.cookies.get(SID)?.expires).toBeGreaterThan(Date.now() + HOUR - NEAR);
      expect(Math.abs(tab.timeLeft("idle") - HOUR)).toBeLessThan(NEAR);
    });

    test("a refresh brings another id, and the old one is dead", async () => {
      const { tab, signIn, id, store } = await start(rolling);
      await signIn();
      await tab.start();
      const old = id();
      await tab.refresh();
      expect(id()).not.toBe(old);
      expect(await look(store, old)).toBeUndefined();
      expect(tab.getState()).toMatchObject({ status: "active" });
    });

    test("S6 a sign-out destroys the session", async () => {
      const { tab, signIn, kept, browser } = await start(rolling);
      await signIn();
      await tab.start();
      const cookie = `${SID}=${browser.cookies.get(SID)?.value}`;
      expect(await tab.logout()).toBe(true);
      expect(kept()).toBeNull();
      expect((await browser.browse("/session", { headers: { cookie } })).status).toBe(401);
    });

    test("F15 a session that the store has lost ends at the next contact", async () => {
      const { tab, signIn, store } = await start(rolling);
      await signIn();
      await tab.start();
      store.clear();
      await expect(tab.extend()).rejects.toMatchObject({ code: "ERR_REJECTED" });
      expect(tab.getState()).toMatchObject({ status: "ended", reason: "rejected" });
    });
  },
);
