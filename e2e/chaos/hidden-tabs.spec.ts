import { test } from "../support/hidden.js";
import { peeker } from "../support/profile.js";
import { expectUnharmed, type Tab } from "../support/tab.js";
import { expect } from "../support/test.js";
import { wakingOf, watchWaking } from "../support/waking.js";

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

declare global {
  /** How far a chain of timers of this page had got on at each refresh. */
  var links: number[];
}

test.describe("hidden for so long that Chromium holds the timers of its page back, for up to a minute", () => {
  test.use({
    env: { IDLE_TIMEOUT: "25s", IDLE_WARNING: "2s", ACCESS_LIFETIME: "4s" },
    browserArgs: ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1"],
  });

  test("F21 I7 its session is refreshed all the same, and ends by itself at the idle limit", async ({
    visibleAndHidden: [visible, hidden],
    server,
  }) => {
    await visible.signIn("ada");
    await expect(hidden.note).toBeVisible();
    await hidden.page.evaluate(() => {
      let link = 0;
      const next = () => {
        link++;
        setTimeout(next, 200);
      };
      next();
      globalThis.links = [];
      demo.session.on("refreshed", () => globalThis.links.push(link));
    });
    const told = await peeker(visible.page.context(), server.origin);
    await visible.page.goto("about:blank");

    // A hidden tab's chain gets on once a second, and then not at all between one refresh and the next.
    const heldBack = () => hidden.page.evaluate(() => new Set(links).size < links.length);
    await expect.poll(heldBack, { timeout: 20_000 }).toBe(true);
    expect(await hidden.status()).toBe("active");
    await expect(hidden.note).toBeVisible();

    await expect.poll(async () => (await told()).reason, { timeout: 30_000 }).toBe("idle");
    await hidden.expectClosed("idle");
    expect(await hidden.heard("ended")).toEqual([expect.objectContaining({ reason: "idle" })]);
    expect(await hidden.heard("warning")).toHaveLength(1);
    expect(await server.metrics()).toMatchObject({ touches: 0, replays: 0, reuses: 0 });
  });
});

test.describe("hidden, with timers that do not fire at all", () => {
  test.use({ env: { IDLE_TIMEOUT: "8s", IDLE_WARNING: "2s" } });

  /** No timer that is set by now fires any more. */
  async function holdBack({ page }: Tab): Promise<void> {
    await page.evaluate(() => {
      const last = Number(setTimeout(() => {}));
      for (let id = 1; id <= last; id++) clearTimeout(id);
    });
  }

  for (const [what, use] of [
    ["somebody comes back to it", async ({ page }: Tab) => page.bringToFront()],
    [
      "its application asks for something",
      async (tab: Tab) => expect(await tab.call()).toBe("ERR_SESSION_ENDED"),
    ],
  ] as const)
    test(`F21 I1 I2 I13 the idle limit passes, and nobody wakes it: when ${what} it is over, shows nothing and sends nothing but that`, async ({
      visibleAndHidden: [visible, hidden],
      server,
    }) => {
      await visible.signIn("ada");
      await expect(hidden.note).toBeVisible();
      await watchWaking(hidden.page, "visibilitychange");
      const told = await peeker(visible.page.context(), server.origin);
      await visible.page.goto("about:blank");
      const passed = async () => {
        await holdBack(hidden);
        return [(await told()).reason, await hidden.timeLeft("idle")];
      };
      // For the server, and a moment later for the tab.
      await expect.poll(passed, { intervals: [100] }).toEqual(["idle", 0]);
      expect(await hidden.status()).toBe("active");
      const sent: string[] = [];
      hidden.page.on("request", (request) => sent.push(new URL(request.url()).pathname));

      await use(hidden);
      await hidden.expectClosed("idle");
      await hidden.page.bringToFront();
      await hidden.expectClosed("idle");
      expect(await wakingOf(hidden.page)).not.toContain("shown");
      expect(await hidden.heard("ended")).toEqual([expect.objectContaining({ reason: "idle" })]);
      // It asks whether it is over, and says that it is.
      expect(sent.filter((path) => !["/session", "/logout"].includes(path))).toEqual([]);
    });
});
