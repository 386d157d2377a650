import { expect, test } from "vitest";
import { answer, type Browser } from "./support/browser.js";
import { raw } from "./support/raw.js";
import { serve, temporaryFolder } from "./support/server.js";

const CSP = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "report-uri /csp-report",
];

/** One of each kind of reply: page, JSON, empty, refused, not found, invalid. */
const REPLIES: [string, (browser: Browser) => Promise<Response>][] = [
  ["the page", (browser) => browser.get("/")],
  ["limits", (browser) => browser.get("/config")],
  ["health", (browser) => browser.get("/health")],
  ["a session", (browser) => browser.get("/session")],
  ["a touch", (browser) => browser.post("/session/touch")],
  ["a refresh", (browser) => browser.refresh("k")],
  ["an API reply", (browser) => browser.get("/api/notes")],
  ["a sign-in", (browser) => browser.post("/login", { username: "ada", password: "lovelace" })],
  ["a failed sign-in", (browser) => browser.post("/login", { username: "ada", password: "x" })],
  ["an invalid body", (browser) => browser.post("/login", {})],
  ["a forgery", (browser) => browser.send("/logout", { method: "POST" })],
  ["what is not there", (browser) => browser.get("/nowhere")],
  ["an API route that is not there", (browser) => browser.get("/api/nowhere")],
  ["a list of sessions", (browser) => browser.get("/sessions")],
  ["the end of others", (browser) => browser.delete("/sessions")],
  ["the password again", (browser) => browser.post("/session/reauthenticate", { password: "lovelace" })],
  ["a draft", (browser) => browser.get("/api/draft")],
  ["the description", (browser) => browser.get("/openapi.json")],
  ["metrics", (browser) => browser.get("/debug/metrics")],
  ["a sign-out", (browser) => browser.post("/logout")],
  ["a session that is over", (browser) => browser.post("/logout").then(() => browser.get("/session"))],
];

test("C5 S9 every reply carries the strict policy and is not stored", async () => {
  // Without a built site: its own files have rules of their own, see site.test.ts.
  const server = await serve({ SITE_DIR: await temporaryFolder() });
  for (const [what, ask] of REPLIES) {
    const reply = await ask(await server.browser().signIn());
    expect(reply.headers.get("content-security-policy")?.split(";"), what).toEqual(CSP);
    expect(reply.headers.get("cache-control"), what).toBe("no-store");
    expect(reply.headers.get("x-content-type-options"), what).toBe("nosniff");
    expect(reply.headers.get("referrer-policy"), what).toBe("no-referrer");
    expect(reply.headers.get("cross-origin-opener-policy"), what).toBe("same-origin");
    expect(reply.headers.get("x-frame-options"), what).toBe("DENY");
    expect(reply.headers.get("strict-transport-security"), what).toBeNull();
    expect(reply.headers.get("x-powered-by"), what).toBeNull();
  }
});

test("C1 over http: HttpOnly, SameSite=Strict, the whole path, no domain, gone with the browser", async () => {
  const server = await serve();
  const reply = await server.browser().post("/login", { username: "ada", password: "lovelace" });
  const cookies = reply.headers
    .getSetCookie()
    .map((cookie) => cookie.replace(/rt\.\d+/, "rt.EPOCH").replace(/=[\w-]{43};/, "=…;"));
  expect(cookies).toEqual([
    "sid=…; Path=/; HttpOnly; SameSite=Strict",
    "rt.EPOCH.1=…; Path=/; HttpOnly; SameSite=Strict",
  ]);
});

test("C1 over https: Secure and the __Host- prefix, and a cookie without the prefix opens nothing", async () => {
  const server = await serve({ PUBLIC_ORIGIN: "https://handover.example" });
  const browser = server.browser();
  const reply = await browser.post("/login", { username: "ada", password: "lovelace" });
  const cookies = reply.headers
    .getSetCookie()
    .map((cookie) => cookie.replace(/rt\.\d+/, "rt.EPOCH").replace(/=[\w-]{43};/, "=…;"));
  expect(cookies).toEqual([
    "__Host-sid=…; Path=/; HttpOnly; Secure; SameSite=Strict",
    "__Host-rt.EPOCH.1=…; Path=/; HttpOnly; Secure; SameSite=Strict",
  ]);
  expect(reply.headers.get("strict-transport-security")).toMatch(/^max-age=\d{7,}/);
  expect((await browser.get("/session")).status).toBe(200);
  const refreshed = (await browser.refresh("k")).headers.getSetCookie();
  expect(refreshed).toHaveLength(2);
  for (const cookie of refreshed) expect(cookie).toMatch(/^__Host-rt\.\d+\.[12]=.*; Secure;/);

  const planted = server.browser();
  planted.cookies.set("sid", browser.cookies.get("__Host-sid") as string);
  expect((await planted.get("/session")).status).toBe(401);
});

test("S10 an id in the URL is not looked at, and no reply puts one there", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const id = browser.cookies.get("sid") as string;
  for (const path of [`/session?sid=${id}`, `/session;sid=${id}`, `/api/notes?sid=${id}`]) {
    expect((await server.browser().get(path)).status).not.toBe(200);
  }
  for (const [, ask] of REPLIES) {
    const reply = await ask(browser.copy());
    expect(reply.headers.get("location")).toBeNull();
    const text = await reply.text();
    for (const secret of browser.cookies.values()) expect(text).not.toContain(secret);
  }
});

test("C5 violation reports are counted, and the last 20 kept", async () => {
  const server = await serve();
  const report = (n: number) =>
    raw(
      `${server.url}/csp-report`,
      { "content-type": "application/csp-report" },
      "POST",
      JSON.stringify({ "csp-report": { "blocked-uri": `inline ${n}` } }),
    );
  for (let n = 1; n <= 22; n += 1) expect((await report(n)).status).toBe(204);

  expect(await server.metrics()).toMatchObject({ cspReports: 22 });
  const { body } = await answer(server.browser().get("/debug/csp"));
  const kept = (body as { reports: { "csp-report": { "blocked-uri": string } }[] }).reports;
  expect(kept.map((entry) => entry["csp-report"]["blocked-uri"])).toEqual(
    Array.from({ length: 20 }, (_, index) => `inline ${22 - index}`),
  );
});

test.each([
  ["a body that is no JSON", { "content-type": "application/json" }, "{", 400, "invalid_request"],
  [
    "a poisoned prototype",
    { "content-type": "application/json" },
    '{"__proto__":{"a":1}}',
    400,
    "invalid_request",
  ],
  ["a huge body", { "content-type": "application/json" }, `"${"x".repeat(20_000)}"`, 413, "too_large"],
])("%s gets an error without a stack", async (_, headers, body, status, error) => {
  const server = await serve();
  const reply = await raw(`${server.url}/login`, { "x-sojourn": "1", ...headers }, "POST", body);
  expect(reply.status).toBe(status);
  expect(JSON.parse(reply.body)).toEqual({ error });
});

test("a URL that cannot be decoded gets an error too, under a policy that allows nothing", async () => {
  const server = await serve();
  const reply = await raw(`${server.url}/%zz`, {});
  expect(reply).toMatchObject({ status: 400, body: '{"error":"invalid_request"}' });
  expect(reply.headers["content-security-policy"]).toBe("default-src 'none'");
});

test("the limits are public, in milliseconds", async () => {
  const server = await serve({
    IDLE_TIMEOUT: "30s",
    IDLE_WARNING: "20s",
    ABSOLUTE_TIMEOUT: "2m",
    ACCESS_LIFETIME: "10s",
  });
  expect(await answer(server.browser().get("/config"))).toEqual({
    status: 200,
    body: {
      idleTimeout: 30_000,
      idleWarning: 20_000,
      absoluteTimeout: 120_000,
      accessLifetime: 10_000,
      requestTimeout: 10_000,
    },
  });
  expect(await answer(server.browser().get("/health"))).toEqual({ status: 200, body: { ok: true } });
});
