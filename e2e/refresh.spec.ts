import { expectOneRefreshEach } from "./support/expiries.js";
import { accessExpired, peek } from "./support/profile.js";
import { asleep } from "./support/sleep.js";
import { stoppableClock } from "./support/stopped-clock.js";
import { expectAll, expectUnharmed } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.describe("when access expires", () => {
  test.use({ env: { ACCESS_LIFETIME: "6s" } });

  test("F1 T3 many tabs over an expiry make exactly one refresh, and over the next one more @everyday", async ({
    tabs,
    server,
    browserName,
  }) => {
    test.slow();
    // A tab of Firefox is dear.
    const all = await tabs(browserName === "firefox" ? 4 : 10);
    await all[0].signIn("ada");
    const first = await expectOneRefreshEach(server, all, 1);
    await expectOneRefreshEach(server, all, first + 1);
    await expectUnharmed(all);
    for (const tab of all) expect(await tab.call()).toBe(200);
  });
});

test.describe("when a computer wakes up", () => {
  test.use({ env: { ACCESS_LIFETIME: "8s" } });

  test("F20 F1 F21 twenty tabs that wake together after the expiry make one refresh; none is signed out", async ({
    tabs,
    server,
    browser,
    context,
  }) => {
    test.slow();
    const all = await tabs(20);
    await all[0].signIn("ada");
    await expectAll(all, "active");
    const before = await expectOneRefreshEach(server, all, 0);
    await asleep(browser, () => accessExpired(context));
    await expectOneRefreshEach(server, all, before + 1);
    await expectUnharmed(all);
    expect((await peek(context)).accessExpiresIn).toBeGreaterThan(0);
  });
});

test.describe("when the expiry is learnt from a 401", () => {
  test.use({ env: { ACCESS_LIFETIME: "4s" } });

  test("F1 T5 F24 twenty tabs that all get 401 at once make one refresh, and every request succeeds", async ({
    tabs,
    server,
    context,
  }) => {
    test.slow();
    // They learn of the expiry from the server alone.
    const clock = await stoppableClock(context);
    const all = await tabs(20);
    await all[0].signIn("ada");
    await expectAll(all, "active");
    await clock.stop();
    await accessExpired(context);
    await server.reset();

    // None goes out before all are on their way.
    let waiting: (() => void)[] | undefined = [];
    await context.route("**/api/notes", async (route) => {
      if (waiting && waiting.length < all.length - 1) await new Promise<void>((go) => waiting?.push(go));
      for (const go of waiting ?? []) go();
      waiting = undefined;
      await route.continue();
    });
    const answers = await Promise.all(all.map((tab) => tab.call()));

    expect(answers).toEqual(all.map(() => 200));
    const metrics = await server.metrics();
    expect(metrics).toMatchObject({ refreshRequests: 1, refreshes: 1, replays: 0, reuses: 0 });
    expect(metrics.invalidTokens).toBeGreaterThan(1);
    await expectUnharmed(all);
  });

  test("T5 ten requests of one tab that all get 401 make one refresh and one replay each", async ({
    tabs,
    server,
    context,
  }) => {
    const clock = await stoppableClock(context);
    const [a] = await tabs(1);
    await a.signIn("ada");
    await clock.stop();
    await accessExpired(context);
    await server.reset();
    let calls = 0;
    await context.route("**/api/notes", (route) => {
      calls++;
      return route.continue();
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => a.call()));
    expect(answers).toEqual(Array.from({ length: 10 }, () => 200));
    const { invalidTokens, refreshRequests } = await server.metrics();
    expect(refreshRequests).toBe(1);
    expect(calls).toBe(10 + invalidTokens);
  });

  test("F26 T5 an API that goes on answering 401 sees two calls and one refresh", async ({
    tabs,
    server,
    context,
  }) => {
    const [a] = await tabs(1);
    await a.signIn("ada");
    let calls = 0;
    await context.route("**/api/notes", (route) => {
      calls++;
      return route.fulfill({
        status: 401,
        headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
        json: { error: "invalid_token" },
      });
    });
    expect(await a.call()).toBe(401);
    expect(calls).toBe(2);
    expect((await server.metrics()).refreshRequests).toBe(1);
    await expectUnharmed([a]);
  });

  test("T5 a 403 for want of rights makes no refresh", async ({ tabs, server, context }) => {
    const [a] = await tabs(1);
    await a.signIn("ada");
    await context.route("**/api/notes", (route) =>
      route.fulfill({ status: 403, headers: { "WWW-Authenticate": 'Bearer error="insufficient_scope"' } }),
    );
    expect(await a.call()).toBe(403);
    expect((await server.metrics()).refreshRequests).toBe(0);
  });
});

test("F38 a tab that is looked at asks at most once, and announces nothing", async ({ tabs, context }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const before = await a.recorded();
  const asked: string[] = [];
  context.on("request", (request) => asked.push(request.url()));
  for (let times = 0; times < 5; times++) {
    await a.page.evaluate(() => {
      window.dispatchEvent(new Event("focus"));
      document.dispatchEvent(new Event("visibilitychange"));
    });
  }
  expect(await a.call("/api/beds")).toBe(200);
  expect(asked.filter((url) => /\/(session|refresh|session\/touch)$/.test(url)).length).toBeLessThanOrEqual(
    5,
  );
  expect(await a.recorded()).toEqual(before);
});
