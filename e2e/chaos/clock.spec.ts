import { expectAll, expectShown, expectUnharmed, type Tab } from "../support/tab.js";
import { expect, test } from "../support/test.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const IDLE = 60_000;
const WARNING = 8_000;
const ABSOLUTE = 600_000;
test.use({ env: { IDLE_TIMEOUT: "1m", IDLE_WARNING: "8s", ABSOLUTE_TIMEOUT: "10m", ACCESS_LIFETIME: "4s" } });

test.beforeEach(async ({ context }) => context.clock.install());

/**
 * The time left is never more than what was configured, whatever the clock says; and as soon as the tab has looked
 * again and asked the server, there is some.
 */
async function expectSaneTimes(tabs: readonly Tab[]): Promise<void> {
  for (const tab of tabs) {
    const tooMuch: number[] = [];
    const bothLeft = async () => {
      const [idle, absolute] = [await tab.timeLeft("idle"), await tab.timeLeft("absolute")];
      tooMuch.push(...[idle].filter((ms) => ms > IDLE), ...[absolute].filter((ms) => ms > ABSOLUTE));
      return idle > 0 && absolute > IDLE;
    };
    await expect.poll(bothLeft).toBe(true);
    expect(tooMuch).toEqual([]);
  }
}

for (const [direction, step] of [
  ["back", -DAY],
  ["forward", DAY],
] as const)
  test(`I12 F24 the clock is set ${direction} a whole day: nobody is signed out, and no time left grows`, async ({
    tabs,
    context,
    server,
  }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await expectAll([a, b], "active");

    await context.clock.setSystemTime(Date.now() + step);
    await b.move();
    await expectSaneTimes([a, b]);
    const late = (await tabs(1))[0];
    await expectSaneTimes([late]);
    await expectAll([a, b, late], "active");

    // Over the next expiry, too: lifetimes are relative, and counted from when they came.
    const from = await a.sequence();
    await expect
      .poll(
        async () => {
          await late.move();
          return Math.min(...(await Promise.all([a, b, late].map((tab) => tab.sequence()))));
        },
        { timeout: 20_000, intervals: [300] },
      )
      .toBeGreaterThan(from);
    await expectSaneTimes([a, b, late]);
    await expectUnharmed([a, b, late]);
    expect((await server.metrics()).reuses).toBe(0);
  });

test("I6 after the clock was set back the tabs still hear of one another", async ({
  tabs,
  context,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await context.clock.setSystemTime(Date.now() - HOUR);
  expect(await a.refresh()).toBe("ok");
  await expect.poll(() => b.sequence()).toBeGreaterThan(0);
  await b.signOutButton.click();
  await a.expectClosed("otherTab");
  // Nobody waits for the server's word: a sign-in that overtakes it leaves nothing to sign out of.
  await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
  await a.signIn("ada");
  await expectAll([a, b], "active");
  await expectShown([a, b], "notebook");
  expect(await server.metrics()).toMatchObject({ signIns: 2, signOuts: 1, reuses: 0 });
});

test.describe("near a limit", () => {
  test.use({ env: { IDLE_TIMEOUT: "12s", IDLE_WARNING: "8s" } });

  test("I12 I19 the clock is set back during the warning: its countdown never shows more than is configured", async ({
    tabs,
    context,
    server,
  }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await expect(a.warning).toBeVisible();
    await context.clock.setSystemTime(Date.now() - HOUR);
    for (const tab of [a, b]) {
      await expect(tab.warning).toBeVisible();
      expect(await tab.timeLeft()).toBeLessThanOrEqual(WARNING);
      await expect(tab.warning.getByText(/^0:0[0-8]$/)).toBeVisible();
    }
    await a.expectClosed("idle");
    await b.expectClosed("idle");
    expect((await server.metrics()).reuses).toBe(0);
  });
});

test.describe("nobody is there", () => {
  // The limit has to be well away while the tabs are looked at, on a machine that is busy, too.
  test.use({ env: { IDLE_TIMEOUT: "20s", IDLE_WARNING: "8s" } });

  test("I12 a clock that runs an hour ahead ends nothing early, and the limit still holds", async ({
    tabs,
    context,
    server,
  }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await context.clock.setSystemTime(Date.now() + HOUR);
    await expectAll([a, b], "active");
    await expectUnharmed([a, b]);
    await a.expectClosed("idle", 30_000);
    await b.expectClosed("idle");
    expect((await server.metrics()).reuses).toBe(0);
  });
});
