import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import { bff } from "../../../src/server/presets/index.js";
import { host, NEAR, openBrowser, versionOf } from "./browser.js";
import { find, look, type Store } from "./stores.js";

declare module "fastify" {
  interface Session {
    user?: { id: string };
    epoch?: number;
    touched?: number;
  }
}

const HOUR = 3_600_000;
const SID = "sessionId";
/** `ID.SIGNATURE`. A server of one's own checks the signature (`request.unsignCookie`). */
const idOf = (cookie = "") => /sessionId=([^.;]+)/.exec(cookie)?.[1];

async function start(rolling: boolean) {
  const store = new (
    fastifySession as unknown as { MemoryStore: new (sessions: Map<string, unknown>) => Store }
  ).MemoryStore(new Map());
  const url = await host(() => {
    const app = Fastify();
    app.register(fastifyCookie);
    app.register(async (app) => {
      // Beside the plugin: through it every request extends the session.
      app.get("/session", async (request, reply) => {
        const session = await look(store, idOf(request.headers.cookie));
        return reply.code(session ? 200 : 401).send(session ?? { error: "no_session" });
      });
    });
    app.register(async (app) => {
      app.register(fastifySession, {
        secret: "a secret of at least thirty-two characters",
        store: store as never,
        rolling,
        saveUninitialized: false,
        cookie: { maxAge: HOUR, httpOnly: true, sameSite: "strict", secure: false },
      });
      app.post("/sign-in", async (request) => {
        await request.session.regenerate();
        Object.assign(request.session, { user: { id: "ada" }, epoch: 1 });
        return { user: { id: "ada" }, epoch: 1, idleExpiresIn: HOUR / 1000 };
      });
      app.register(async (app) => {
        app.addHook("preHandler", async (request, reply) => {
          if (!request.session.user) return reply.code(401).send({ error: "no_session" });
          if (request.headers["x-sojourn"] !== "1") return reply.code(403).send({ error: "csrf" });
        });
        app.post("/session/touch", async (request) => {
          if (!rolling) {
            request.session.touch();
            request.session.touched = Date.now();
          }
          return { user: request.session.user, epoch: 1, idleExpiresIn: HOUR / 1000 };
        });
        app.post("/refresh", async (request) => {
          await request.session.regenerate(["user", "epoch"]);
          return { user: request.session.user, epoch: 1, idleExpiresIn: HOUR / 1000 };
        });
        app.post("/logout", async (request, reply) => {
          await request.session.destroy();
          return reply.clearCookie(SID, { path: "/" }).code(204).send();
        });
      });
    });
    const ready = app.ready();
    return (request, response) => void ready.then(() => app.routing(request, response));
  });
  const browser = openBrowser(url);
  const tab = browser.tab({ server: bff(), idle: {} });
  const signIn = () => browser.browse("/sign-in", { method: "POST" });
  const id = () => idOf(`${SID}=${browser.cookies.get(SID)?.value}`) ?? "";
  const kept = () => find(store, id());
  const expiresAt = async () => new Date((await kept())?.cookie.expires ?? 0).getTime();
  return { browser, tab, signIn, kept, expiresAt, id, store };
}

describe.each([true, false])(
  `@fastify/session ${versionOf("@fastify/session")} on Fastify ${versionOf("fastify")}, rolling: %s`,
  (rolling) => {
    test("S3 I5 a peek beside the plugin tells what is left and moves nothing", async () => {
      const { tab, signIn, expiresAt } = await start(rolling);
      expect((await signIn()).status).toBe(200);
      const before = await expiresAt();
      expect(await tab.start()).toMatchObject({ status: "active", user: { id: "ada" } });
      await tab.start();
      expect(await expiresAt()).toBe(before);
      expect(Math.abs(tab.timeLeft("idle") - HOUR)).toBeLessThan(NEAR);
    });

    test("S3 a touch moves the deadline, at the server and of the cookie", async () => {
      const { tab, signIn, expiresAt, browser } = await start(rolling);
      await signIn();
      await tab.start();
      const before = await expiresAt();
      browser.cookies.set(SID, { value: browser.cookies.get(SID)?.value ?? "", expires: 0 });
      await tab.extend();
      expect(await expiresAt()).toBeGreaterThan(before);
      expect(browser.cookies.get(SID)?.expires).toBeGreaterThan(Date.now() + HOUR - NEAR);
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
      const { tab, signIn, id, store, browser } = await start(rolling);
      await signIn();
      await tab.start();
      const cookie = `${SID}=${browser.cookies.get(SID)?.value}`;
      const old = id();
      expect(await tab.logout()).toBe(true);
      expect(await look(store, old)).toBeUndefined();
      expect((await browser.browse("/session", { headers: { cookie } })).status).toBe(401);
    });
  },
);
