import { expectOneRefreshEach } from "../support/expiries.js";
import { expectUnharmed, Tab } from "../support/tab.js";
import { expect, test } from "../support/test.js";

// As where memory is short: several tabs of a site share a process.
test.use({
  launchOptions: ({ launchOptions: { args = [], ...launch } }, use) =>
    use({ ...launch, args: [...args, "--renderer-process-limit=10"] }),
});

test.describe("when access expires", () => {
  test.use({ env: { ACCESS_LIFETIME: "20s" } });

  test("F1 T3 fifty tabs over an expiry make exactly one refresh; none is signed out", async ({
    tabs,
    server,
  }) => {
    // Fifty pages take their time to open.
    test.setTimeout(240_000);
    const all = await tabs(50);
    await (all[0] as Tab).signIn("ada");
    await expectOneRefreshEach(server, all, 1);
    await expectUnharmed(all);
    expect(await Promise.all(all.map((tab) => tab.call()))).toEqual(all.map(() => 200));
  });
});

test("F3 a duplicated tab is a tab of its own under the same session", async ({ tabs, server, context }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await a.page.evaluate(() => sessionStorage.setItem("whose", "the first one's"));
  const opened = context.waitForEvent("page");
  await a.page.evaluate(() => {
    window.open(location.href);
  });
  const copy = new Tab(await opened);
  await expect(copy.note).toBeVisible();
  // What belongs to a tab is copied, as "Duplicate tab" does it.
  expect(await copy.page.evaluate(() => sessionStorage.getItem("whose"))).toBe("the first one's");
  const [inCopy, inOriginal] = [await copy.facts(), await a.facts()];
  expect(inCopy.tab).not.toBe(inOriginal.tab);
  expect(inCopy.epoch).toBe(inOriginal.epoch);

  await server.trouble({ slowMs: 1500 });
  expect(await Promise.all([a.refresh(), copy.refresh()])).toEqual(["ok", "ok"]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, reuses: 0 });
  await server.trouble({ slowMs: 0 });
  await copy.signOutButton.click();
  await copy.expectClosed("here");
  await a.expectClosed("otherTab");
  await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
});
