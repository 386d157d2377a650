import { test } from "../support/hidden.js";
import { peeker } from "../support/profile.js";
import { expectUnharmed, type Tab } from "../support/tab.js";
import { expect } from "../support/test.js";
import { wakingOf, watchWaking } from "../support/waking.js";

declare global {
  /** When a timer of a tenth of a second fired, again and again. */
  var ticks: number[];
}

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
    await expectUnharmed([visible, hidden]);
    expect(await hidden.heard("warning")).toEqual([]);
    const { refreshes, refreshRequests, reuses } = await server.metrics();
    expect([refreshRequests, reuses]).toEqual([refreshes, 0]);
  });

  test("F21 I13 the idle limit ends a hidden tab too; coming back to it is no activity", async ({
    visibleAndHidden: [visible, hidden],
    server,
  }) => {
    await visible.signIn("ada");
    await hidden.expectClosed("idle", 20_000);
    await hidden.page.bringToFront();
    await hidden.expectClosed("idle");
    await visible.expectClosed("idle");
    expect(await hidden.heard("ended")).toHaveLength(1);
    expect((await server.metrics()).reuses).toBe(0);
  });
});

test.describe("hidden for so long that it may wake up once a minute", () => {
  test.use({
    env: { IDLE_TIMEOUT: "15s", IDLE_WARNING: "2s" },
    browserArgs: [
      "--intensive-wake-up-throttling-policy=1",
      "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1",
    ],
  });

  /** Its page has more to do than Chromium lets it: whatever it would be woken up for is late. */
  async function busy({ page }: Tab): Promise<void> {
    await page.evaluate(() => {
      globalThis.ticks = [];
      const tick = () => {
        globalThis.ticks.push(performance.now());
        setTimeout(tick, 100);
      };
      tick();
    });
  }

  /** The longest time without a tick until now. */
  const longestPause = ({ page }: Tab) =>
    page.evaluate(() =>
      Math.max(...globalThis.ticks.map((at, i) => (globalThis.ticks[i + 1] ?? performance.now()) - at)),
    );

  for (const [what, use] of [
    ["somebody comes back to it", async ({ page }: Tab) => page.bringToFront()],
    [
      "its application asks for something",
      async (tab: Tab) => expect(await tab.call()).toBe("ERR_SESSION_ENDED"),
    ],
  ] as const)
    test(`F21 I1 I2 I13 the idle limit passes, and nobody wakes it: when ${what} it is over, shows nothing and sends nothing`, async ({
      visibleAndHidden: [visible, hidden],
      server,
    }) => {
      await visible.signIn("ada");
      await expect(hidden.note).toBeVisible();
      await watchWaking(hidden.page, "visibilitychange");
      await busy(hidden);
      const told = await peeker(visible.page.context(), server.origin);
      await visible.page.goto("about:blank");
      // Nobody looks into the hidden page meanwhile: Chromium does not hold one back that is looked into.
      await expect.poll(async () => (await told()).reason, { timeout: 30_000 }).toBe("idle");
      const sent: string[] = [];
      hidden.page.on("request", (request) => sent.push(new URL(request.url()).pathname));

      await use(hidden);
      await hidden.expectClosed("idle");
      await hidden.page.bringToFront();
      await hidden.expectClosed("idle");
      expect(await longestPause(hidden), "its timers were held back").toBeGreaterThan(2000);
      expect(await wakingOf(hidden.page)).not.toContain("shown");
      expect(await hidden.heard("ended")).toEqual([expect.objectContaining({ reason: "idle" })]);
      // It asks whether it is over, and says that it is.
      expect(sent.filter((path) => !["/session", "/logout"].includes(path))).toEqual([]);
    });
});
