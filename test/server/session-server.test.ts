import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessionServer, openMemory, type SessionServerOptions, toNodeListener } from "sojourn/server";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Store } from "../../src/backend/store/store.js";
import { answer } from "./support/browser.js";
import { raw } from "./support/raw.js";

interface Someone {
  readonly id: string;
}

const OPTIONS: SessionServerOptions<Someone> = {
  store: openMemory(),
  secret: Buffer.alloc(32, 1),
  user: (id) => ({ id }),
};
const make = (options: Partial<SessionServerOptions<Someone>> = {}) =>
  createSessionServer({ ...OPTIONS, ...options });

const post = (url: string, headers: Record<string, string> = {}) =>
  new Request(url, { method: "POST", headers: { "x-sojourn": "1", ...headers } });

const cookiesOf = (reply: Response) =>
  reply.headers
    .getSetCookie()
    .map((it) => it.split(";")[0])
    .join("; ");

test("C1 with an https origin the cookies are Secure and __Host-, also where the server itself speaks http", async () => {
  const auth = make({ origin: "https://app.example" });
  const reply = await auth.signIn(post("http://10.0.0.7/login", { origin: "https://app.example" }), "u1");
  for (const cookie of reply.headers.getSetCookie())
    expect(cookie).toMatch(/^__Host-(sid|rt\.\d+\.1)=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  const named = (prefix: string) =>
    new Request("http://10.0.0.7/session", {
      headers: { cookie: cookiesOf(reply).replaceAll("__Host-", prefix) },
    });
  expect((await auth.handle(named("__Host-"))).status).toBe(200);
  expect((await auth.handle(named(""))).status).toBe(401);
  const lax = await make({ sameSite: "lax" }).signIn(post("https://app.example/login"), "u1");
  for (const cookie of lax.headers.getSetCookie()) expect(cookie).toMatch(/; Secure; SameSite=Lax$/);
});

test("C4 an origin that is listed to the letter reads and writes; its likeness is told nothing", async () => {
  const auth = make({ origin: "https://api.example", allowedOrigins: ["https://app.example"] });
  const from = (origin: string) => ({ origin, "sec-fetch-site": "same-site" });
  const listed = await auth.signIn(post("https://api.example/login", from("https://app.example")), "u1");
  expect(listed.status).toBe(200);
  expect(listed.headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect(listed.headers.get("access-control-allow-credentials")).toBe("true");

  const ask = (method: string, path: string, origin: string) =>
    auth.handle(new Request(`https://api.example${path}`, { method, headers: from(origin) }));
  const preflight = await ask("OPTIONS", "/refresh", "https://app.example");
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("x-sojourn");
  for (const stranger of [
    "https://app.example.evil",
    "http://app.example",
    "https://app.example:444",
    "null",
  ]) {
    expect((await auth.signIn(post("https://api.example/login", from(stranger)), "u1")).status).toBe(403);
    for (const method of ["OPTIONS", "GET"]) {
      const { headers } = await ask(method, "/session", stranger);
      expect(headers.get("vary"), stranger).toBe("origin");
      expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  }
  const alone = await make({ origin: "https://api.example" }).handle(
    new Request("https://api.example/session", { method: "OPTIONS", headers: from("https://app.example") }),
  );
  expect(alone.status).toBe(404);
});

test("S4 a session that was begun for nobody is refused, and one of a user who is gone opens nothing", async () => {
  const people = new Set(["u1"]);
  const auth = make({ user: (id) => (people.has(id) ? { id } : undefined) });
  await expect(auth.signIn(post("https://app.example/login"), "u2")).rejects.toThrow("no such user");
  const cookie = cookiesOf(await auth.signIn(post("https://app.example/login"), "u1"));
  people.clear();
  const look = new Request("https://app.example/session", { headers: { cookie } });
  expect(await answer(auth.handle(look))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "none" },
  });
  expect(await answer(auth.handle(post("https://app.example/refresh", { cookie })))).toEqual({
    status: 401,
    body: { error: "invalid_grant", reason: "none" },
  });
});

test("a session that sent something suspicious is revoked, and no other", async () => {
  const auth = make();
  const [one, other] = [
    cookiesOf(await auth.signIn(post("https://app.example/login"), "u1")),
    cookiesOf(await auth.signIn(post("https://app.example/login"), "u1")),
  ];
  const look = (cookie: string) => new Request("https://app.example/session", { headers: { cookie } });
  expect(await auth.revoke(look(one))).toBe(true);
  expect(await auth.revoke(look(one))).toBe(false);
  expect(await answer(auth.handle(look(one)))).toMatchObject({ body: { reason: "revoked" } });
  expect((await auth.handle(look(other))).status).toBe(200);
});

test("F29 a sign-out while the password is taken: the session is over, between whichever two writes it comes", async () => {
  const memory = openMemory();
  let writes = Number.POSITIVE_INFINITY;
  let meanwhile = async () => {};
  const store: Store = {
    ...memory,
    update: async (key, decide) => {
      if (writes-- === 0) await meanwhile();
      return memory.update(key, decide);
    },
  };
  const auth = make({ store });
  for (let before = 0; ; before++) {
    const cookie = cookiesOf(await auth.signIn(post("https://app.example/login"), "u1"));
    meanwhile = async () => {
      expect((await auth.handle(post("https://app.example/logout", { cookie }))).status).toBe(204);
    };
    writes = before;
    const again = await auth.reauthenticate(post("https://app.example/again", { cookie }), () => true);
    // It has come too late to fall between.
    if (writes >= 0) break;
    const look = new Request("https://app.example/session", {
      headers: { cookie: cookiesOf(again) || cookie },
    });
    expect(await answer(auth.handle(look)), `write ${before}`).toMatchObject({
      status: 401,
      body: { reason: "ended" },
    });
    expect(await auth.endAllOf("u1")).toBe(0);
  }
  expect.assertions(9);
});

test("options that cannot be right are refused at the start, all at once", () => {
  const wrong = () =>
    make({
      secret: "a pass phrase that is long enough, but no key",
      origin: "app.example",
      allowedOrigins: ["https://other.example/"],
      basePath: "auth/",
      limits: { idleTimeout: 0, absoluteTimeout: Number.POSITIVE_INFINITY },
      graceWindow: -1,
    });
  expect(wrong).toThrow(TypeError);
  try {
    wrong();
  } catch (error) {
    expect(String(error).split("\n")).toHaveLength(7);
  }
  expect(() => make({ limits: { idleTimeout: 9 * 3_600_000 } })).toThrow("idleTimeout must not be longer");
  expect(() => make({ secret: Buffer.alloc(32, 1).toString("base64url") })).not.toThrow();
  expect(() => make({ secret: Buffer.alloc(31, 1).toString("base64url") })).toThrow("32 random bytes");
});

/** A database that went away. */
const broken: Store = {
  get: async () => Promise.reject(new Error("connection to 10.0.0.7 refused")),
  update: async () => Promise.reject(new Error("connection to 10.0.0.7 refused")),
  async *list() {},
  sweep: async () => {},
  close: async () => {},
};

test("what breaks inside is a bare 500 by node:http, and goes to whoever is next in Express", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const listener = toNodeListener(make({ store: broken }).handle);
  const next = vi.fn();
  const server = createServer((request, response) =>
    request.url === "/session"
      ? listener(request, response)
      : listener(Object.assign(request, { originalUrl: "/session" }), response, (error) => {
          next(error);
          response.end();
        }),
  ).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const cookie = `sid=${"A".repeat(43)}`;
  expect(await raw(`${url}/session`, { cookie })).toMatchObject({ status: 500, body: "" });
  expect(log).toHaveBeenCalledOnce();
  await raw(`${url}/mounted`, { cookie });
  expect(String(next.mock.calls[0]?.[0])).toContain("10.0.0.7");
  // A Host that makes no address never gets that far.
  expect(await raw(`${url}/session`, { cookie, host: "a b" })).toMatchObject({ status: 400, body: "" });
});
