import { expectAll, expectSequence, expectShown, expectUnharmed, people } from "../support/tab.js";
import { expect, test } from "../support/test.js";

test.describe("with access that expires while offline", () => {
  test.use({ env: { ACCESS_LIFETIME: "4s" } });

  test("F16 F19 F22 offline over an expiry nobody is signed out, the page says so, and it goes on when back @everyday", async ({
    tabs,
    server,
    context,
  }) => {
    const all = await tabs(3);
    const [a] = all;
    await a.signIn("ada");
    await expectAll(all, "active");
    await context.setOffline(true);
    for (const tab of all) await expect.poll(async () => (await tab.state()).connection).toBe("retrying");
    for (const tab of all) {
      expect(await tab.state()).toMatchObject({ status: "active", user: { username: "ada" } });
      await expect(
        tab.page.getByRole("status").filter({ hasText: "You are offline. You stay signed in" }),
      ).toBeVisible();
      expect(await tab.heard("retrying")).not.toEqual([]);
    }
    await expect(a.page.getByText(people.ada.name).first()).toBeVisible();

    await server.reset();
    await context.setOffline(false);
    await expect
      .poll(() => Promise.all(all.map((tab) => tab.sequence())), { timeout: 20_000 })
      .not.toContain(0);
    for (const tab of all) expect((await tab.state()).connection).toBe("ok");
    for (const tab of all) expect(await tab.heard("recovered")).not.toEqual([]);
    expect((await server.metrics()).reuses).toBe(0);
    expect(await a.call()).toBe(200);
    await expect(a.page.getByText(/You are offline/)).toBeHidden();
    await expectUnharmed(all);
  });
});

test("F16 a request while offline fails as a request, and the session goes on", async ({
  tabs,
  context,
  server,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await context.setOffline(true);
  expect(await a.call()).toBe("TypeError");
  expect(await a.status()).toBe("active");
  await context.setOffline(false);
  await expect.poll(() => a.call()).toBe(200);
  await expectUnharmed([a]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 0, signOuts: 0, reuses: 0 });
});

test("F16 a start without a network shows nothing and signs nobody out; with the network it goes on by itself", async ({
  tabs,
  context,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await expectAll([a, b], "active");
  // The page itself still came, out of a cache say; whatever asks about the session does not get through any more.
  await context.route(
    "**/session",
    async (route) => {
      await context.setOffline(true);
      await route.continue();
    },
    { times: 1 },
  );
  await a.page.reload();
  await expect
    .poll(() => a.page.evaluate(() => globalThis.demo?.session.getState().connection))
    .toBe("retrying");
  await expectShown([a], "nothing");
  await expectShown([b], "notebook");
  expect(await a.heard("ended")).toEqual([]);

  await context.setOffline(false);
  await expectShown([a, b], "notebook", 20_000);
  await expectUnharmed([a, b]);
  expect(await server.metrics()).toMatchObject({ signIns: 1, signOuts: 0, refreshRequests: 0, reuses: 0 });
});

test("what one tab does offline reaches the others all the same", async ({ tabs, context, server }) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await context.setOffline(true);
  await a.signOutButton.click();
  await a.expectClosed("here");
  await b.expectClosed("otherTab");
  expect((await server.metrics()).signOuts).toBe(0);
  await context.setOffline(false);
  await expect.poll(async () => (await server.metrics()).signOuts, { timeout: 20_000 }).toBe(1);
  await expectShown([a, b], "sign-in");
});

test.describe("with a short idle limit", () => {
  test.use({ env: { IDLE_TIMEOUT: "6s", IDLE_WARNING: "4s" } });

  test("the idle limit ends the session offline too", async ({ tabs, context, server }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await expectAll([a, b], "active");
    await context.setOffline(true);
    await expect(a.warning).toBeVisible();
    await a.expectClosed("idle");
    await b.expectClosed("idle");
    expect((await server.metrics()).refreshRequests).toBe(0);
    await context.setOffline(false);
  });
});

test("F19 F22 after an outage the tabs refresh once, not each", async ({ tabs, server, context }) => {
  const all = await tabs(5);
  await all[0].signIn("ada");
  await expectAll(all, "active");
  await context.setOffline(true);
  const refused = await Promise.all(all.map((tab) => tab.refresh()));
  for (const answer of refused) expect(answer).toMatch(/^ERR_(UNAVAILABLE|TIMEOUT)$/);
  await context.setOffline(false);
  // What was asked for and could not be had is made up for, by one tab for all.
  await expectSequence(all, 1, 30_000);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, reuses: 0 });
  await expectUnharmed(all);
});
