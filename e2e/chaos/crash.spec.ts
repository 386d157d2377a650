import { expectAll, expectSequence, expectUnharmed, type Tab } from "../support/tab.js";
import { expect, test } from "../support/test.js";

for (const [what, lose] of [
  [
    "crashes",
    async ({ page }: Tab) => {
      const crashed = page.waitForEvent("crash");
      page.goto("chrome://crash").catch(() => {});
      await crashed;
    },
  ],
  ["is closed", ({ page }: Tab) => page.close()],
] as const)
  test(`I-live a tab ${what} in the middle of a refresh: another goes on, nothing is used twice`, async ({
    tabs,
    server,
  }) => {
    const [a, b, c] = await tabs(3);
    await a.signIn("ada");
    await expectAll([a, b, c], "active");
    await server.trouble({ slowMs: 2000 });
    a.refresh().catch(() => {});
    await expect.poll(async () => (await server.metrics()).refreshRequests).toBe(1);
    const [fromB, fromC] = [b.refresh(), c.refresh()];

    await lose(a);

    expect([await fromB, await fromC]).toEqual(["ok", "ok"]);
    await expectSequence([b, c], 1);
    await expectUnharmed([b, c]);
    await expect.poll(async () => (await server.metrics()).refreshes).toBe(1);
    expect((await server.metrics()).reuses).toBe(0);
    await server.trouble({ slowMs: 0 });
    expect(await c.refresh()).toBe("ok");
    expect(await server.metrics()).toMatchObject({ refreshes: 2, reuses: 0 });
  });
