import type { CDPSession, Page } from "@playwright/test";
import { bareSequence, bareStatus, expectBare, openBare, signInBare } from "./support/bare.js";
import { expectAll, expectSequence } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test("I-live a tab crashes in the middle of a refresh: another goes on, nothing is used twice", async ({
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

  const crashed = a.page.waitForEvent("crash");
  a.page.goto("chrome://crash").catch(() => {});
  await crashed;

  expect([await fromB, await fromC]).toEqual(["ok", "ok"]);
  await expectSequence([b, c], 1);
  await expectAll([b, c], "active");
  await expect.poll(async () => (await server.metrics()).refreshes).toBe(1);
  expect((await server.metrics()).reuses).toBe(0);
  await server.trouble({ slowMs: 0 });
  expect(await c.refresh()).toBe("ok");
  expect(await server.metrics()).toMatchObject({ refreshes: 2, reuses: 0 });
});

/** A tab that is stopped between two instructions, as a frozen one is: it runs nothing, and keeps what it holds. */
async function freeze(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Debugger.enable");
  const paused = new Promise((resolve) => cdp.once("Debugger.paused", resolve));
  await cdp.send("Debugger.pause");
  await paused;
  return cdp;
}

test("F10 F8 I8 a tab freezes while it holds the refresh: the others wait so long and no longer, and what it brings later is not used", async ({
  context,
  server,
}) => {
  const options = { requestTimeout: "2s" } as const;
  const [a, b, c] = [
    await openBare(context, options),
    await openBare(context, options),
    await openBare(context, options),
  ];
  await signInBare(a);
  await expectBare([a, b, c], "active");

  // The holder's request is on its way, and its answer finds nobody awake.
  let arrived = () => {};
  let answer = () => {};
  const sent = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await a.route(
    "**/refresh",
    async (route) => {
      arrived();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue().catch(() => {});
    },
    { times: 1 },
  );
  await a.evaluate(() => {
    Object.assign(globalThis, { refreshed: "pending" });
    session.refresh().then(
      () => Object.assign(globalThis, { refreshed: "ok" }),
      (error) => Object.assign(globalThis, { refreshed: error.code }),
    );
    // Something has to run for the debugger to stop in.
    setInterval(() => {}, 20);
  });
  await sent;
  const frozen = await freeze(a);

  const refresh = (page: Page) =>
    page.evaluate(() =>
      session.refresh().then(
        () => "ok",
        (error) => error.code as string,
      ),
    );
  expect(await Promise.all([refresh(b), refresh(c)])).toEqual(["ok", "ok"]);
  for (const page of [b, c]) expect(await bareSequence(page)).toBe(1);

  await frozen.send("Debugger.disable");
  await frozen.detach();
  answer();
  await expect
    .poll(() => a.evaluate(() => (globalThis as unknown as { refreshed: string }).refreshed))
    .not.toBe("pending");
  await expect.poll(() => bareSequence(a)).toBe(1);
  expect(await refresh(a)).toBe("ok");
  for (const page of [a, b, c]) await expect.poll(() => bareSequence(page)).toBe(2);
  for (const page of [a, b, c]) expect(await bareStatus(page)).toBe("active");
  expect((await server.metrics()).reuses).toBe(0);
});
