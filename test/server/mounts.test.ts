import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { toNodeListener } from "sojourn/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../docs/blocks.js";
import { answer, Browser } from "./support/browser.js";
import { MINUTE } from "./support/clock.js";
import { clock, OTHER_ORIGIN } from "./support/mounted.js";
import { raw } from "./support/raw.js";

// biome-ignore lint/suspicious/noExplicitAny: test/recipes/types.test.ts checks the types of the documentation
const documented = (name: string): Promise<any> =>
  import(/* @vite-ignore */ `${root}docs/servers/your-own.md/${name}.ts`);

type Handlers = Readonly<Record<string, (request: Request) => Promise<Response>>>;

/** What Next.js does with route files: the most specific one that has the method. */
async function nextListener(): Promise<RequestListener> {
  const { greet, pay, reauthenticate } = await documented("routes");
  const login: Handlers = await documented("next-login");
  const files: [string, Handlers][] = [
    ["/auth/login", login],
    ["/auth/session/reauthenticate", { ...login, POST: reauthenticate }],
    ["/auth/", await documented("next-session")],
    ["/api/greet", { GET: greet }],
    ["/api/pay", { POST: pay }],
  ];
  return toNodeListener(async (request) => {
    const { pathname } = new URL(request.url);
    const [, handlers] = files.find(([path]) => pathname.startsWith(path)) ?? [];
    return handlers?.[request.method]?.(request) ?? new Response(null, { status: 405 });
  });
}

/** The mounts of docs/servers/your-own.md, as they stand there. */
const MOUNTS: [string, () => Promise<RequestListener>][] = [
  ["Hono", async () => getRequestListener((await documented("hono")).app.fetch)],
  [
    "Fastify",
    async () => {
      const { app } = await documented("fastify");
      await app.ready();
      return app.routing;
    },
  ],
  ["Express", async () => (await documented("express")).app],
  ["Next.js route handlers", nextListener],
];

describe.each(MOUNTS)("%s", (_, mount) => {
  let server: Server;
  let url: string;
  const globals = { Request: globalThis.Request, Response: globalThis.Response };
  beforeAll(async () => {
    server = createServer(await mount()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    // Hono brings its own.
    Object.assign(globalThis, globals);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const signedIn = async (): Promise<Browser> => {
    const browser = new Browser(url);
    const reply = await browser.post("/auth/login", { username: "ada", password: "lovelace" });
    expect(reply.status).toBe(200);
    return browser;
  };
  const refresh = (browser: Browser, key: string, body?: object) =>
    browser.post("/auth/refresh", body, { "idempotency-key": key });

  test("C1 S9 a sign-in tells of the session, in cookies that no script can read, and is not stored", async () => {
    const browser = new Browser(url);
    const reply = await browser.post("/auth/login", { username: "ada", password: "lovelace" });
    expect(reply.headers.get("cache-control")).toBe("no-store");
    const cookies = reply.headers.getSetCookie().map((it) => it.replace(/\d{5,}|=[\w-]{43}/g, ""));
    expect(cookies).toEqual([
      "sid; Path=/; HttpOnly; SameSite=Strict",
      "rt..1; Path=/; HttpOnly; SameSite=Strict",
    ]);
    const told = {
      user: { id: "u-ada", name: "Ada Lovelace", username: "ada" },
      epoch: expect.any(Number),
      idleExpiresIn: 900,
      absoluteExpiresIn: 28_800,
      accessExpiresIn: 300,
      authenticatedAgo: 0,
    };
    expect(await answer(reply)).toEqual({ status: 200, body: told });
    expect(await answer(browser.get("/auth/session"))).toEqual({ status: 200, body: told });
    expect((await browser.post("/auth/login", { username: "ada", password: "x" })).status).toBe(401);
  });

  test("S3 S1 a look moves nothing, a touch moves the idle limit, and past it there is a 401", async () => {
    const browser = await signedIn();
    clock.advance(4 * MINUTE);
    expect(await answer(browser.get("/auth/session"))).toMatchObject({ body: { idleExpiresIn: 660 } });
    expect(await answer(browser.get("/api/greet"))).toEqual({ status: 200, body: { hello: "Ada Lovelace" } });
    expect(await answer(browser.get("/auth/session"))).toMatchObject({ body: { idleExpiresIn: 660 } });
    expect(await answer(browser.post("/auth/session/touch"))).toMatchObject({ body: { idleExpiresIn: 900 } });
    clock.advance(2 * MINUTE);
    // The access lifetime is over, the session is not.
    expect(await answer(browser.get("/api/greet"))).toEqual({
      status: 401,
      body: { error: "invalid_token" },
    });
    expect((await refresh(browser, "k")).status).toBe(200);
    expect((await browser.get("/api/greet")).status).toBe(200);
    clock.advance(13 * MINUTE);
    const over = await browser.get("/auth/session");
    expect(over.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answer(over)).toEqual({ status: 401, body: { error: "no_session", reason: "idle" } });
  });

  test("T1 F4 a refresh rotates, its lost reply is given again, and an old token revokes the family", async () => {
    const browser = await signedIn();
    const [lost, thief] = [browser.copy(), browser.copy()];
    const { epoch } = (await (await browser.get("/auth/session")).json()) as { epoch: number };
    expect((await refresh(browser, "k1", { epoch: `${epoch}` })).status).toBe(200);
    expect((await refresh(lost, "k1", { epoch: `${epoch}` })).status).toBe(200);
    expect(lost.cookies).toEqual(browser.cookies);
    expect(lost.cookies).not.toEqual(thief.cookies);
    expect(await answer(refresh(browser, "k2", { epoch: "1" }))).toEqual({
      status: 409,
      body: { error: "other_session" },
    });
    const revoked = { status: 401, body: { error: "invalid_grant", reason: "revoked" } };
    expect(await answer(refresh(thief, "stolen"))).toEqual(revoked);
    expect(await answer(refresh(browser, "k3"))).toEqual(revoked);
  });

  test("S6 S8 a sign-out ends the session, expires its cookies and clears what the browser keeps", async () => {
    const browser = await signedIn();
    const kept = browser.copy();
    const reply = await browser.post("/auth/logout");
    expect(reply.status).toBe(204);
    expect(reply.headers.get("clear-site-data")).toBe('"cache", "storage"');
    expect(browser.cookies.size).toBe(0);
    expect(await answer(kept.get("/auth/session"))).toMatchObject({ status: 401, body: { reason: "ended" } });
    expect((await kept.get("/api/greet")).status).toBe(401);
  });

  test("T6 S4 the password once more: a new id for the same session, which may do what needs it", async () => {
    const browser = await signedIn();
    clock.advance(3 * MINUTE);
    await refresh(browser, "k");
    clock.advance(3 * MINUTE);
    const refused = await browser.post("/api/pay");
    expect(refused.headers.get("www-authenticate")).toContain('max_age="300"');
    expect((await browser.post("/auth/session/reauthenticate", { password: "x" })).status).toBe(401);
    const old = browser.copy();
    const again = { username: "ada", password: "lovelace" };
    expect((await browser.post("/auth/session/reauthenticate", again)).status).toBe(200);
    expect((await browser.post("/api/pay")).status).toBe(201);
    expect(await answer(old.get("/auth/session"))).toEqual({ status: 409, body: { error: "other_session" } });
  });

  test("S13 a user sees and ends the other sessions", async () => {
    const [desk, phone] = [await signedIn(), await signedIn()];
    const { sessions } = (await (await phone.get("/auth/sessions")).json()) as {
      sessions: { epoch: number; current: boolean }[];
    };
    const other = sessions.find(({ current }) => !current)?.epoch;
    expect(await answer(phone.delete(`/auth/sessions/${other}`))).toMatchObject({ status: 200 });
    expect((await phone.delete("/auth/sessions")).status).toBe(200);
    expect((await desk.get("/auth/session")).status).toBe(401);
    expect((await phone.get("/auth/session")).status).toBe(200);
  });

  test("C2 C3 what a page of another origin can send is refused, at every route", async () => {
    const browser = await signedIn();
    const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
    const honest = { cookie, "x-sojourn": "1", origin: url, "sec-fetch-site": "same-origin" };
    const forgeries: Record<string, string>[] = [
      { ...honest, "x-sojourn": "" },
      { ...honest, "content-type": "application/x-www-form-urlencoded", "content-length": "0" },
      { ...honest, "sec-fetch-site": "cross-site" },
      { ...honest, "sec-fetch-site": "same-site" },
      { ...honest, origin: "https://evil.example" },
    ];
    for (const path of ["/auth/session/touch", "/auth/refresh", "/auth/logout", "/api/pay"])
      for (const forged of forgeries)
        expect(await raw(url + path, forged, "POST"), path).toMatchObject({
          status: 403,
          body: '{"error":"csrf"}',
        });
    expect((await raw(`${url}/auth/session/touch`, honest, "POST")).status).toBe(200);
  });

  test("a body that means nothing is a bad request, an endless one too, and nothing happens", async () => {
    const browser = await signedIn();
    for (const body of ["{", "[]", '"x"', '{"epoch":{}}', `{"x":"${"x".repeat(5000)}"}`])
      for (const path of ["/auth/refresh", "/auth/logout"]) {
        const init = { method: "POST", headers: { "x-sojourn": "1", "content-type": "application/json" } };
        expect((await browser.send(path, { ...init, body })).status, `${path} ${body}`).toBe(400);
      }
    expect((await browser.get("/auth/session")).status).toBe(200);
  });

  test("a sign-in that is no object in JSON is a bad request, and one that is too long is refused", async () => {
    const browser = await signedIn();
    const init = { method: "POST", headers: { "x-sojourn": "1", "content-type": "application/json" } };
    for (const path of ["/auth/login", "/auth/session/reauthenticate"]) {
      for (const body of ["{", "", "null", "[]", '"x"'])
        expect(await answer(browser.send(path, { ...init, body })), `${path} ${body}`).toMatchObject({
          status: 400,
          body: { error: "invalid_request" },
        });
      const body = JSON.stringify({ username: "ada", password: "x".repeat(100_000) });
      expect(await answer(browser.send(path, { ...init, body })), path).toEqual({
        status: 413,
        body: { error: "too_large" },
      });
    }
    expect((await browser.get("/auth/session")).status).toBe(200);
  });

  test("C4 a page of another origin that is listed may ask for everything that has a body", async () => {
    const headers = {
      origin: OTHER_ORIGIN,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-sojourn",
    };
    for (const path of [
      "/auth/login",
      "/auth/session/reauthenticate",
      "/auth/session/touch",
      "/auth/refresh",
    ]) {
      const reply = await raw(url + path, headers, "OPTIONS");
      expect(reply.status, path).toBe(204);
      expect(reply.headers["access-control-allow-origin"], path).toBe(OTHER_ORIGIN);
      expect(reply.headers["access-control-allow-headers"], path).toContain("x-sojourn");
    }
  });

  test("what is not there is not found", async () => {
    expect((await new Browser(url).get("/auth/nowhere")).status).toBe(404);
  });
});
