import { cookieHeader, endedOnServer, peek } from "./support/profile.js";
import { asleep } from "./support/sleep.js";
import { stoppableClock } from "./support/stopped-clock.js";
import { expectAll, type Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

const IDLE = 4000;
test.use({ env: { IDLE_TIMEOUT: "4s", IDLE_WARNING: "1s", ABSOLUTE_TIMEOUT: "10m" } });

/** Does something again and again, for so long that the idle limit would have passed. */
async function keepOn(idle: number, doing: () => Promise<unknown>): Promise<void> {
  const until = Date.now() + 1.7 * idle;
  await expect
    .poll(
      async () => {
        await doing();
        return Date.now() >= until;
      },
      { intervals: [idle / 20], timeout: 10 * idle },
    )
    .toBe(true);
}

test("I22 S6 when nobody does anything the session ends in every tab, and each says why @everyday", async ({
  tabs,
  context,
  server,
}) => {
  const all = await tabs(3);
  await all[0].signIn("ada");
  const cookies = await cookieHeader(context);
  for (const tab of all) await tab.expectClosed("idle");
  for (const tab of all) {
    expect(await tab.state()).toMatchObject({ status: "ended", reason: "idle" });
    expect(await tab.heard("ended")).toHaveLength(1);
    expect(await tab.timeLeft()).toBe(0);
  }
  // The cookies are worth nothing any more, to nobody.
  for (const path of ["/session", "/api/notes"])
    expect((await fetch(server.origin + path, { headers: { Cookie: cookies } })).status).toBe(401);
});

test("S3 I5 I18 reading, polling and refreshing keep nobody signed in", async ({ tabs, server }) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  const answers = new Set<unknown>();
  let refreshes = 0;
  await expect
    .poll(
      async () => {
        answers.add(await a.call("/api/notes"));
        if ((await a.refresh()) === "ok") refreshes++;
        return a.status();
      },
      { timeout: 5 * IDLE },
    )
    .toBe("ended");
  await a.expectClosed("idle");
  await b.expectClosed("idle");
  expect(answers).toContain(200);
  expect(refreshes).toBeGreaterThan(2);
  // The click on "Sign in" was activity; there was none after it.
  expect((await server.metrics()).touches).toBeLessThanOrEqual(1);
});

test("S1 the server ends the session also where the page's timers stand still", async ({ tabs, context }) => {
  const clock = await stoppableClock(context);
  const [a] = await tabs(1);
  await a.signIn("ada");
  await clock.stop();
  await endedOnServer(context, "idle");
  expect(await a.status()).toBe("active");
  expect(await a.call("/api/notes")).toBe("ERR_SESSION_ENDED");
  await a.expectClosed("idle");
});

test("I1 I2 I13 after a sleep past the limit: no warning, and the movement that wakes the page comes too late", async ({
  tabs,
  context,
  browser,
}) => {
  const all = await tabs(3);
  const [a] = all;
  await a.signIn("ada");
  let movement: Promise<void> | undefined;
  await asleep(browser, async () => {
    await endedOnServer(context, "idle");
    movement = a.move();
  });
  await movement;
  for (const tab of all) {
    await tab.expectClosed("idle");
    expect(await tab.heard("warning")).toEqual([]);
  }
});

test("I10 three rounds in three tabs: one warning and one end in each", async ({ tabs }) => {
  const all = await tabs(3);
  for (let round = 1; round <= 3; round++) {
    await all[round - 1]?.signIn("ada");
    for (const tab of all) await tab.expectClosed("idle");
    for (const tab of all) {
      expect(await tab.heard("warning")).toHaveLength(round);
      expect(await tab.heard("ended")).toHaveLength(round);
    }
  }
});

test("I17 while something is held, such as an upload, the idle limit waits", async ({ tabs, context }) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await a.page.evaluate(() => {
    Object.assign(globalThis, { release: demo.session.hold({ max: "1m", reason: "upload" }) });
  });
  await keepOn(IDLE, () => b.status());
  await expectAll([a, b], "active");
  expect((await peek(context)).status).toBe(200);

  await a.page.evaluate(() => (globalThis as unknown as { release(): void }).release());
  await a.expectClosed("idle");
  await b.expectClosed("idle");
});

test("I23 a page that was asked to leave and stayed goes on", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.page.evaluate(() => addEventListener("beforeunload", (event) => event.preventDefault()));
  await a.signIn("ada");
  const asked = a.page.waitForEvent("dialog");
  await a.page.close({ runBeforeUnload: true });
  await (await asked).dismiss();
  expect(await a.status()).toBe("active");
  await a.expectClosed("idle");
});

test.describe("a limit that leaves room for a slow machine", () => {
  test.use({ env: { IDLE_TIMEOUT: "7s", IDLE_WARNING: "1s" } });

  test("I7 I8 activity in one tab keeps the session of all, and no other tab is even warned", async ({
    tabs,
  }) => {
    const [a, b, c] = await tabs(3);
    await a.signIn("ada");
    await keepOn(7000, () => b.move());
    await expectAll([a, b, c], "active");
    for (const tab of [a, b, c]) {
      expect(await tab.heard("warning")).toEqual([]);
      expect(await tab.heard("ended")).toEqual([]);
    }
  });
});

test.describe("what counts as activity", () => {
  test.use({ env: { IDLE_TIMEOUT: "10m", ABSOLUTE_TIMEOUT: "20m" } });

  const last = async (tab: Tab) => (await tab.facts()).lastActivityAt;

  async function expectActivity(tab: Tab, doing: () => Promise<unknown>): Promise<void> {
    const before = await last(tab);
    // What comes within 50 ms says nothing new.
    await expect.poll(async () => (await tab.facts()).now - before).toBeGreaterThan(50);
    await doing();
    await expect.poll(() => last(tab)).toBeGreaterThan(before);
  }

  test("I15 a page that stops the propagation of its events hides no activity", async ({ tabs }) => {
    const [a] = await tabs(1);
    await a.page.evaluate(() => {
      for (const type of [
        "pointermove",
        "mousemove",
        "pointerdown",
        "mousedown",
        "keydown",
        "wheel",
        "scroll",
      ])
        for (const target of [document, document.documentElement, document.body])
          target.addEventListener(type, (event) => event.stopImmediatePropagation(), true);
    });
    await a.signIn("ada");
    const { mouse, keyboard } = a.page;
    await expectActivity(a, () => mouse.move(120, 300));
    await expectActivity(a, () => mouse.down());
    await expectActivity(a, () => mouse.wheel(0, 40));
    await expectActivity(a, () => keyboard.press("Shift"));
  });

  test("I14 a move that moves nothing is none, and neither is an event that a script made up", async ({
    tabs,
  }) => {
    const [a] = await tabs(1);
    await a.signIn("ada");
    const { mouse } = a.page;
    await mouse.move(200, 300);
    const { now } = await a.facts();
    await mouse.move(200, 300);
    await a.page.evaluate(() => window.dispatchEvent(new KeyboardEvent("keydown", { key: "a" })));
    expect(await last(a)).toBeLessThan(now);
    await expectActivity(a, () => mouse.move(200, 301));
  });
});

test.describe("very long limits", () => {
  test.use({ env: { IDLE_TIMEOUT: "400d", ABSOLUTE_TIMEOUT: "400d", ACCESS_LIFETIME: "30d" } });

  test("I11 limits of 30 and 400 days do not fire at once", async ({ tabs, server }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await a.move();
    expect(await a.call()).toBe(200);
    await a.page.reload();
    await expect(a.note).toBeVisible();
    await expectAll([a, b], "active");
    expect(await b.timeLeft()).toBeGreaterThan(399 * 86_400_000);
    expect(await b.heard("warning")).toEqual([]);
    expect((await server.metrics()).refreshRequests).toBe(0);
  });
});
