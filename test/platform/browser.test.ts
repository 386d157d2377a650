import { afterEach, expect, test, vi } from "vitest";
import { browser } from "../../src/platform/browser.js";
import { first } from "../../src/platform/first.js";

afterEach(() => void vi.unstubAllGlobals());

test("a page has all ports, and knows its address", () => {
  expect(first().page).toBe(true);
  expect(first().base()).toBe(location.href);
  const platform = browser(first());
  expect(platform).toMatchObject({
    random: first().random,
    record: first().record,
    origin: location.origin,
    page: true,
  });
  expect(Object.keys(platform).sort()).toEqual(
    [
      "activity",
      "channel",
      "cipher",
      "fetch",
      "hash",
      "lifecycle",
      "lock",
      "origin",
      ...Object.keys(first()),
    ].sort(),
  );
});

test("fetch is the one that is there when it is called: applications and their tests replace it", async () => {
  const platform = browser(first());
  const request = new Request("http://localhost/");
  for (const answer of [new Response("one"), new Response("two")]) {
    const replaced = vi.fn(async () => answer);
    vi.stubGlobal("fetch", replaced);
    expect(await platform.fetch(request)).toBe(answer);
    expect(replaced.mock.calls).toEqual([[request]]);
  }
});

test("F36 where a page may not touch storage, cookies or channels, a session is made and nothing throws", async () => {
  const denied = () => {
    throw new DOMException("Access is denied.", "SecurityError");
  };
  const names = ["indexedDB", "localStorage", "sessionStorage"];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const name of names) Object.defineProperty(globalThis, name, { get: denied, configurable: true });
  try {
    vi.resetModules();
    const { createSession } = await import("../../src/index.js");
    const session = createSession({ refresh: "/auth/refresh" });
    expect(session.getState()).toEqual({ status: "unknown", connection: "ok" });
    session.destroy();
  } finally {
    names.forEach((name, i) => {
      const descriptor = before[i];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete (globalThis as Record<string, unknown>)[name];
    });
  }
});
