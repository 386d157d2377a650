import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizeOf } from "../../bench/bytes.js";
import { collect } from "../../bench/refresh-storm.js";
import { launch } from "../../bench/support/browser.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("the refresh storm in its smallest setting counts one refresh for two tabs, and nobody signed out", async () => {
  const entries = ["floor-cookies", "sojourn-cookies", "supabase-auth-js"];
  const rounds = { "401": 1, sleep: 0, expiry: 0 };
  const outcomes = await collect(browser, { tabs: [2], rounds, entries });
  const counts = outcomes.filter(({ scenario }) => scenario === "401");
  expect(counts.map(({ name }) => name)).toEqual(entries);
  for (const { name, refreshes, reuses, signedOut, last } of counts) {
    // Whether two tabs of it meet is up to them.
    if (name !== "supabase-auth-js")
      expect({ name, refreshes, reuses }).toEqual({ name, refreshes: [1], reuses: [0] });
    expect(refreshes[0]).toBeGreaterThan(0);
    expect(signedOut).toEqual([0]);
    expect(last).toHaveLength(1);
  }
});

test("what follows later is not counted as loaded at once", async () => {
  const size = await sizeOf({ name: "session", code: 'export { createSession } from "sojourn";' });
  expect(size.first).toBeGreaterThan(1000);
  expect(size.all).toBeGreaterThan(size.first);
});
