import { expectOneRefreshEach } from "../support/expiries.js";
import { found } from "../support/found.js";
import { expectUnharmed, type Tab } from "../support/tab.js";
import { expect, test } from "../support/test.js";

// Every test here runs against three servers, in `npm test` with a handful of tabs.
test.use({
  processes: 3,
  // biome-ignore lint/correctness/noEmptyPattern: how Playwright learns what a fixture needs
  env: async ({}, use, { project }) => use({ ACCESS_LIFETIME: project.name === "cluster" ? "20s" : "6s" }),
});
test.skip(!found.redis, "NOT TESTED: there is no redis-server here");

test("F1 T3 one of three servers is killed under all tabs: one refresh for each expiry, and nobody is signed out", async ({
  tabs,
  server,
}, { project }) => {
  const count = project.name === "cluster" ? 50 : 4;
  test.setTimeout(300_000);
  const all: Tab[] = await tabs(count);
  const [first] = all as [Tab];
  await first.signIn("ada");
  await server.killOne();
  await expectOneRefreshEach(server, all, 1);
  await expectUnharmed(all);
  expect(await Promise.all(all.map((tab) => tab.call()))).toEqual(all.map(() => 200));

  // And in the middle of one: whoever asks again is given the same answer by another server.
  await server.trouble({ dieNextRotation: true });
  expect(await first.refresh()).toBe("ok");
  await expectUnharmed(all);
  expect(await server.metrics()).toMatchObject({ replays: 1, reuses: 0, invalidGrants: 0 });
});
