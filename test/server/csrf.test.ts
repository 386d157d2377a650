import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { buildApp } from "../../demo/server/app.js";
import { readConfig } from "../../demo/server/config.js";
import { openLmdb } from "../../src/backend/store/lmdb.js";
import { answer } from "./support/browser.js";
import { raw } from "./support/raw.js";
import { routesOf } from "./support/routes.js";
import { serve, type TestServer, temporaryFolder } from "./support/server.js";

const json = "application/json";
const note = JSON.stringify({ bedId: "N1", text: "forged", priority: "urgent" });

const ENDPOINTS = [
  { method: "POST", path: "/login", body: JSON.stringify({ username: "ada", password: "lovelace" }) },
  { method: "POST", path: "/session/touch" },
  { method: "POST", path: "/session/reauthenticate", body: JSON.stringify({ password: "lovelace" }) },
  { method: "POST", path: "/refresh" },
  { method: "POST", path: "/logout" },
  { method: "DELETE", path: "/sessions" },
  { method: "DELETE", path: "/sessions/:epoch", url: "/sessions/12" },
  { method: "POST", path: "/api/notes", body: note },
  { method: "POST", path: "/api/transfers", body: JSON.stringify({ from: "N1", to: "N4" }) },
  { method: "PUT", path: "/api/draft", body: note },
  { method: "DELETE", path: "/api/draft" },
  { method: "POST", path: "/debug/trouble", body: JSON.stringify({ down: true }) },
  { method: "POST", path: "/debug/reset" },
] as const;

type Endpoint = (typeof ENDPOINTS)[number];

/** What else takes requests that are not safe, and why no cookie makes another page dangerous there. */
const OTHERS = {
  "POST /oauth/authorize": "a plain form, of this origin alone",
  "POST /oauth/token": "whoever asks brings a credential in the body",
  "POST /oauth/revoke": "whoever asks brings the token in the body",
  "POST /oauth/api/transfers": "whoever asks brings a token in a header",
  "POST /csp-report": "a browser writes one line of a log, whoever it is of",
};

/** What the SDK sends from the site itself. Each attack changes one thing. */
function honest(server: TestServer, endpoint: Endpoint, cookie: string): Record<string, string> {
  return {
    cookie,
    origin: server.url,
    "sec-fetch-site": "same-origin",
    "x-sojourn": "1",
    ...("body" in endpoint && { "content-type": json, "content-length": String(endpoint.body.length) }),
  };
}

const without = (headers: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

const FORM = "application/x-www-form-urlencoded";
const ATTACKS: [string, (headers: Record<string, string>) => Record<string, string>][] = [
  ["without the header", (headers) => without(headers, "x-sojourn")],
  ["with another value of the header", (headers) => ({ ...headers, "x-sojourn": "0" })],
  ["as a form", (headers) => ({ ...without(headers, "x-sojourn"), "content-type": FORM })],
  ["as a form with the header", (headers) => ({ ...headers, "content-type": FORM })],
  ["as text/plain", (headers) => ({ ...headers, "content-type": "text/plain" })],
  ["as a type that only begins like JSON", (headers) => ({ ...headers, "content-type": `${json}x` })],
  ["from another site", (headers) => ({ ...headers, "sec-fetch-site": "cross-site" })],
  ["from a sibling", (headers) => ({ ...headers, "sec-fetch-site": "same-site" })],
  ["with another Origin", (headers) => ({ ...headers, origin: "https://evil.example" })],
  [
    "with another Origin where Sec-Fetch-Site is absent",
    (headers) => ({ ...without(headers, "sec-fetch-site"), origin: "http://127.0.0.1:1" }),
  ],
  [
    "with an opaque Origin where Sec-Fetch-Site is absent",
    (headers) => ({ ...without(headers, "sec-fetch-site"), origin: "null" }),
  ],
];

describe.each(ENDPOINTS)("$method $path", (endpoint) => {
  const { method } = endpoint;
  const url = "url" in endpoint ? endpoint.url : endpoint.path;
  const body = "body" in endpoint ? endpoint.body : undefined;

  test("C2 C3 no forgery gets through", async () => {
    const server = await serve();
    const browser = await server.browser().signIn();
    const cookie = `sid=${browser.cookies.get("sid")}; ${browser.tokenCookie}=${browser.cookies.get(browser.tokenCookie)}`;

    for (const [how, forge] of ATTACKS) {
      const before = await server.metrics();
      const reply = await raw(server.url + url, forge(honest(server, endpoint, cookie)), method, body);
      expect(reply, how).toMatchObject({ status: 403, body: '{"error":"csrf"}' });
      expect(reply.headers["set-cookie"], how).toBeUndefined();
      // Nothing happened, but for the count of what was refused.
      expect(await server.metrics(), how).toEqual({ ...before, csrfRefusals: before.csrfRefusals + 1 });
    }
    expect((await browser.get("/session")).status).toBe(200);
    expect(await answer(browser.get("/api/draft"))).toEqual({ status: 200, body: { draft: null } });
  });

  test("C2 is accepted from the site itself", async () => {
    const server = await serve();
    const browser = await server.browser().signIn();
    const cookie = `sid=${browser.cookies.get("sid")}; ${browser.tokenCookie}=${browser.cookies.get(browser.tokenCookie)}`;
    const reply = await raw(server.url + url, honest(server, endpoint, cookie), method, body);
    expect(reply.status).toBeGreaterThanOrEqual(200);
    expect(reply.status).toBeLessThan(300);
  });
});

test("C2 a body without a type is refused, chunked or not", async () => {
  const server = await serve();
  for (const length of [{ "content-length": "2" }, { "transfer-encoding": "chunked" }]) {
    const reply = await raw(`${server.url}/logout`, { "x-sojourn": "1", ...length }, "POST", "{}");
    expect(reply.status).toBe(403);
  }
});

test("C3 the browser's own word stands in for an opaque Origin", async () => {
  const server = await serve();
  const headers = { "x-sojourn": "1", origin: "null", "sec-fetch-site": "same-origin" };
  expect((await raw(`${server.url}/logout`, headers, "POST")).status).toBe(204);
});

test("C3 behind a proxy it is the public origin that counts", async () => {
  const server = await serve({ PUBLIC_ORIGIN: "https://handover.example" });
  const from = (origin: string) => raw(`${server.url}/logout`, { "x-sojourn": "1", origin }, "POST");
  expect((await from("https://handover.example")).status).toBe(204);
  expect((await from(server.url)).status).toBe(403);
  expect((await from("http://handover.example")).status).toBe(403);
});

test("C4 no other origin is let in: a preflight is granted nothing", async () => {
  const server = await serve();
  for (const { path, method } of ENDPOINTS) {
    const reply = await raw(
      server.url + path,
      {
        origin: "https://evil.example",
        "access-control-request-method": method,
        "access-control-request-headers": "x-sojourn,content-type",
      },
      "OPTIONS",
    );
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(reply.status).toBe(404);
  }
});

test("C2 C3 every route that may change something is in this file", async () => {
  const folder = await temporaryFolder();
  const store = openLmdb(folder);
  const serverKey = randomBytes(32);
  const { http } = await buildApp({ config: readConfig({ DATA_DIR: folder }), store, serverKey });
  const routes = routesOf(http).filter((route) => !route.startsWith("GET "));
  await http.close();
  await store.close();
  const known = [...ENDPOINTS.map(({ method, path }) => `${method} ${path}`), ...Object.keys(OTHERS)];
  expect(routes.sort()).toEqual(known.sort());
});

test("C2 C3 the form of the sign-in page is taken from that page only", async () => {
  const server = await serve();
  const body = "username=ada&password=lovelace";
  const honest = { origin: server.url, "content-type": FORM, "content-length": String(body.length) };
  for (const forged of [
    { origin: "https://evil.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "null" },
  ]) {
    const reply = await raw(`${server.url}/oauth/authorize`, { ...honest, ...forged }, "POST", body);
    expect(reply, JSON.stringify(forged)).toMatchObject({ status: 403, body: '{"error":"csrf"}' });
  }
  // From the page itself it is looked at: there is nothing in its address.
  expect((await raw(`${server.url}/oauth/authorize`, honest, "POST", body)).status).toBe(400);
});
