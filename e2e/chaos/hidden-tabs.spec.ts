import { test } from "../support/hidden.js";
import { expectUnharmed } from "../support/tab.js";
import { expect } from "../support/test.js";

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
