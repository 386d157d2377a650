import { launchPlainBrowser, setFrozen } from "./support/plain-browser.js";
import { expectAll, type Tab } from "./support/tab.js";
import { test as base, expect, noteOnFailure, openTab } from "./support/test.js";

/** Two tabs of a browser in which only one can be seen: the first. */
const test = base.extend<{ visibleAndHidden: [Tab, Tab] }>({
  visibleAndHidden: async ({ server }, use, info) => {
    const browser = await launchPlainBrowser();
    const visible = await openTab(browser.context, server.origin);
    const hidden = await openTab(browser.context, server.origin);
    await visible.page.bringToFront();
    await expect.poll(() => hidden.page.evaluate(() => document.visibilityState)).toBe("hidden");
    await use([visible, hidden]);
    await noteOnFailure(info, browser.context, server);
    await browser.close();
  },
});

test.describe("hidden", () => {
  test.use({ env: { IDLE_TIMEOUT: "6s", IDLE_WARNING: "3s", ACCESS_LIFETIME: "4s" } });

  test("F21 I7 work in the tab that can be seen keeps the session of the hidden one, over expiries too", async ({
    visibleAndHidden: [visible, hidden],
    server,
  }) => {
    await visible.signIn("ada");
    await expect
      .poll(
        async () => {
          await visible.move();
          return hidden.sequence();
        },
        { intervals: [300], timeout: 30_000 },
      )
      .toBeGreaterThan(1);
    await expectAll([visible, hidden], "active");
    expect(await hidden.heard("warning")).toEqual([]);
    const { refreshes, refreshRequests, reuses } = await server.metrics();
    expect([refreshRequests, reuses]).toEqual([refreshes, 0]);
  });

  test("F21 I13 the idle limit ends a hidden tab too; coming back to it is no activity", async ({
    visibleAndHidden: [visible, hidden],
  }) => {
    await visible.signIn("ada");
    await hidden.expectClosed("idle", 20_000);
    await hidden.page.bringToFront();
    await hidden.expectClosed("idle");
    await visible.expectClosed("idle");
    expect(await hidden.heard("ended")).toHaveLength(1);
  });
});

test("F27 F30 a frozen tab: signed out meanwhile elsewhere, it shows nothing when it wakes", async ({
  visibleAndHidden: [visible, hidden],
}) => {
  await visible.signIn("ada");
  await expect(hidden.note).toBeVisible();
  await hidden.page.evaluate(() => {
    const shown: boolean[] = [];
    Object.assign(globalThis, { shown });
    document.addEventListener("resume", () => {
      const frame = () => {
        const note = document.querySelector("textarea");
        shown.push(!!note && getComputedStyle(note).visibility === "visible");
        if (shown.length < 60) setTimeout(frame, 8);
      };
      frame();
    });
  });
  await setFrozen(hidden.page, true);
  await visible.signOutButton.click();
  await visible.expectClosed("here");

  await setFrozen(hidden.page, false);
  await hidden.page.bringToFront();
  await hidden.expectClosed("otherTab");
  const shown = await hidden.page.evaluate(() => (globalThis as unknown as { shown: boolean[] }).shown);
  expect(shown.length).toBeGreaterThan(0);
  expect(shown).not.toContain(true);
});

test("F10 I25 a tab that is frozen in the middle of a refresh holds nobody up", async ({
  visibleAndHidden: [visible, hidden],
  server,
}) => {
  await visible.signIn("ada");
  await expectAll([visible, hidden], "active");
  await server.trouble({ slowMs: 1500 });
  await hidden.page.evaluate(() => {
    demo.session.refresh().catch(() => {});
  });
  await expect.poll(async () => (await server.metrics()).refreshRequests).toBe(1);
  await setFrozen(hidden.page, true);
  expect(await visible.refresh()).toBe("ok");
  expect(await visible.sequence()).toBe(1);

  await setFrozen(hidden.page, false);
  await expect.poll(() => hidden.sequence()).toBe(1);
  await expectAll([visible, hidden], "active");
  const { refreshes, replays, reuses } = await server.metrics();
  expect(reuses).toBe(0);
  expect(refreshes + replays).toBeLessThanOrEqual(2);
  expect(refreshes).toBe(1);
});

test("I9 a tab that slept through a sign-out and a sign-in wakes up in the new session", async ({
  visibleAndHidden: [visible, hidden],
}) => {
  await visible.signIn("ada");
  await expectAll([visible, hidden], "active");
  await setFrozen(hidden.page, true);
  await visible.signOutButton.click();
  await visible.expectClosed("here");
  await visible.signIn("ada");
  await setFrozen(hidden.page, false);
  const { epoch } = await visible.facts();
  await expect.poll(async () => (await hidden.facts()).epoch).toBe(epoch);
  expect(await hidden.call()).toBe(200);
  await expectAll([visible, hidden], "active");
});
