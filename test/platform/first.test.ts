// @vitest-environment node
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const SOURCES = fileURLToPath(new URL("../../src/", import.meta.url));

/** What a library could touch of its surroundings. On a server none of it may be. */
const surroundings = [
  "indexedDB",
  "BroadcastChannel",
  "fetch",
  "setTimeout",
  "setInterval",
  "queueMicrotask",
  "MessageChannel",
  "addEventListener",
  // Servers at the edge refuse randomness while a module is loaded.
  "crypto",
];
const touched: string[] = [];
const before = new Map<string, PropertyDescriptor | undefined>();

beforeEach(() => {
  touched.length = 0;
  vi.resetModules();
  for (const name of surroundings) {
    const own = Object.getOwnPropertyDescriptor(globalThis, name);
    before.set(name, own);
    let value = (globalThis as Record<string, unknown>)[name];
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        // Only from the sources: the test runner itself uses much of it.
        if (new Error().stack?.includes(SOURCES)) touched.push(name);
        return value;
      },
      set(next) {
        value = next;
      },
    });
  }
});
afterEach(() => {
  for (const [name, own] of before)
    if (own) Object.defineProperty(globalThis, name, own);
    else delete (globalThis as Record<string, unknown>)[name];
});

test("there is no page here", () => {
  expect([typeof window, typeof document]).toEqual(["undefined", "undefined"]);
});

test("what is touched would be noticed", async () => {
  const { first } = await import("../../src/platform/first.js");
  first().clock.timer(0, () => {})();
  await first().record("sojourn.default").read();
  first().random.id();
  expect(touched).toEqual(["setTimeout", "indexedDB", "crypto"]);
});

test("F36 on a server, importing touches nothing", async () => {
  await import("../../src/index.js");
  await import("../../src/server/presets/index.js");
  expect(touched).toEqual([]);
});

test("F36 on a server, a session is inert: it is unknown, for good, and touches nothing", async () => {
  const { createSession } = await import("../../src/index.js");
  const { bff } = await import("../../src/server/presets/index.js");
  const session = createSession({ server: bff({ baseUrl: "/auth" }), idle: { timeout: "15m" } });
  const seen = vi.fn();
  const end = session.subscribe(seen);
  const unknown = { status: "unknown", connection: "ok" };
  expect(session.getState()).toEqual(unknown);
  expect(await session.start()).toEqual(unknown);
  expect(await session.start({ user: { id: 1 } })).toEqual(unknown);
  expect(seen.mock.calls).toEqual([[unknown]]);
  expect(session.timeLeft()).toBe(0);
  session.reportActivity();
  session.beforeEnd(() => {})();
  session.hold()();
  end();
  session.destroy();
  expect(touched).toEqual([]);
});

test.each(["extend", "refresh", "getAccessToken", "logout"] as const)(
  "on a server, %s is refused: there is no session",
  async (method) => {
    const { createSession } = await import("../../src/index.js");
    const session = createSession({ refresh: "/auth/refresh" });
    await expect(session[method]()).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
  },
);

test("on a server, an authenticated request is refused: it has no user", async () => {
  const { createSession } = await import("../../src/index.js");
  const session = createSession({ refresh: "/auth/refresh" });
  await expect(session.fetch("/api")).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
  expect(touched).toEqual([]);
});

test("a page that is rendered on a server is none", async () => {
  const { first } = await import("../../src/platform/first.js");
  expect(first().page).toBe(false);
});
