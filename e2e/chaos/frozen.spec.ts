import { test } from "../support/hidden.js";
import { locks } from "../support/locks.js";
import { setFrozen } from "../support/plain-browser.js";
import { peeker } from "../support/profile.js";
import { expectAll, expectSequence, expectShown, expectUnharmed } from "../support/tab.js";
import { expect, openTab } from "../support/test.js";
import { holdRefresh, stopDead, wakingOf, watchWaking } from "../support/waking.js";

declare global {
  /** What became of the refresh that this page asked for. */
  var answer: Promise<string>;
}

test("F27 F30 a frozen tab: signed out meanwhile elsewhere, it shows nothing when it wakes, and sends nothing before it has read why", async ({
  visibleAndHidden: [visible, hidden],
  server,
}) => {
  await visible.signIn("ada");
  await expect(hidden.note).toBeVisible();
  await watchWaking(hidden.page);
  await setFrozen(hidden.page, true);
  await visible.signOutButton.click();
  await visible.expectClosed("here");
  // The server's answer clears the storage. Until that is confirmed on record, who wakes up can only ask the server.
  await expect.poll(async () => (await visible.facts()).record?.end?.confirmed).toBe(true);

  await setFrozen(hidden.page, false);
  await hidden.page.bringToFront();
  await hidden.expectClosed("otherTab");
  const woken = await wakingOf(hidden.page);
  expect(woken).not.toContain("shown");
  expect(woken[0]).toBe("read");
  expect(await server.metrics()).toMatchObject({ signOuts: 1, refreshRequests: 0, touches: 0 });
});

test.describe("over the idle limit", () => {
  test.use({ env: { IDLE_TIMEOUT: "6s", IDLE_WARNING: "2s" } });

  test("I1 I2 F21 a tab that was frozen over the idle limit, with nobody else there, shows nothing when it wakes: no notebook and no warning", async ({
    visibleAndHidden: [visible, hidden],
    server,
  }) => {
    await visible.signIn("ada");
    await expect(hidden.note).toBeVisible();
    await watchWaking(hidden.page);
    await setFrozen(hidden.page, true);
    const told = await peeker(visible.page.context(), server.origin);
    const endsAt = Date.now() + (await visible.timeLeft("idle"));
    await visible.page.goto("about:blank");
    // For the server, and a moment later for the tabs.
    await expect.poll(async () => [(await told()).reason, Date.now() > endsAt]).toEqual(["idle", true]);
    await server.reset();

    await setFrozen(hidden.page, false);
    await hidden.page.bringToFront();
    await hidden.expectClosed("idle");
    const woken = await wakingOf(hidden.page);
    expect(woken).not.toContain("shown");
    expect(woken[0]).toBe("read");
    expect(await hidden.heard("warning")).toEqual([]);
    expect(await hidden.heard("ended")).toHaveLength(1);
    expect(await server.metrics()).toMatchObject({ refreshRequests: 0, touches: 0 });
  });
});

test("I9 a tab that slept through a sign-out and a sign-in wakes up in the new session", async ({
  visibleAndHidden: [visible, hidden],
  server,
}) => {
  await visible.signIn("ada");
  // Whoever shows the user has written down what the server said: it is not stopped in a transaction.
  await expectShown([visible, hidden], "notebook");
  await setFrozen(hidden.page, true);
  await visible.signOutButton.click();
  await visible.expectClosed("here");
  await visible.signIn("ada");
  await setFrozen(hidden.page, false);
  const { epoch } = await visible.facts();
  await expect.poll(async () => (await hidden.facts()).epoch).toBe(epoch);
  expect(await hidden.call()).toBe(200);
  await expectAll([visible, hidden], "active");
  await expectShown([visible, hidden], "notebook");
  await expect.poll(() => server.metrics()).toMatchObject({ signIns: 2, signOuts: 1, refreshRequests: 0 });
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
  expect(await locks(visible)).toEqual({ held: 1, pending: 0 });
  await setFrozen(hidden.page, true);
  // Nobody needs to lose patience: it lets go before it stands still.
  await expect.poll(() => locks(visible)).toEqual({ held: 0, pending: 0 });
  expect(await visible.refresh()).toBe("ok");
  expect(await visible.sequence()).toBe(1);

  await setFrozen(hidden.page, false);
  await expect.poll(() => hidden.sequence()).toBe(1);
  await expectUnharmed([visible, hidden]);
  const { refreshes, replays, reuses } = await server.metrics();
  expect(reuses).toBe(0);
  expect(refreshes + replays).toBeLessThanOrEqual(2);
  expect(refreshes).toBe(1);
});

test("F10 I25 I-live a tab that is frozen while it waits for the refresh leaves the queue: the others are served, and it takes over what they got when it thaws", async ({
  visibleAndHidden: [visible, hidden],
  server,
}) => {
  const last = await openTab(visible.page.context(), server.origin, visible);
  await visible.signIn("ada");
  await expectAll([visible, hidden, last], "active");
  const held = await holdRefresh(visible.page);
  const first = visible.refresh();
  await expect.poll(() => locks(visible)).toEqual({ held: 1, pending: 0 });
  await hidden.page.evaluate(() => {
    globalThis.answer = demo.session.refresh().then(
      () => "ok",
      (error) => error.code,
    );
  });
  await expect.poll(() => locks(visible)).toEqual({ held: 1, pending: 1 });
  const behind = last.refresh();
  await expect.poll(() => locks(visible)).toEqual({ held: 1, pending: 2 });
  await watchWaking(hidden.page);
  await setFrozen(hidden.page, true);
  await expect.poll(() => locks(visible)).toEqual({ held: 1, pending: 1 });

  held.letGo();
  expect(await Promise.all([first, behind])).toEqual(["ok", "ok"]);
  expect(await last.refresh()).toBe("ok");
  await expectSequence([visible, last], 2);
  await expect.poll(() => locks(visible)).toEqual({ held: 0, pending: 0 });

  await setFrozen(hidden.page, false);
  await hidden.page.bringToFront();
  expect(await hidden.page.evaluate(() => globalThis.answer)).toBe("ok");
  await expectSequence([visible, hidden, last], 2);
  await expectUnharmed([visible, hidden, last]);
  const woken = await wakingOf(hidden.page);
  expect(woken[0]).toBe("read");
  expect(woken).not.toContain("sent /refresh");
  expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 2, replays: 0, reuses: 0 });
});

test.describe("without a word before", () => {
  test.use({ env: { REQUEST_TIMEOUT: "4s" } });

  test("F10 F8 I8 a tab stops while it holds the refresh: the others wait so long and no longer, and what it brings later is not used", async ({
    tabs,
    server,
  }) => {
    const [a, b, c] = await tabs(3);
    await a.signIn("ada");
    await expectAll([a, b, c], "active");
    const held = await holdRefresh(a.page);
    const fromA = a.refresh();
    await expect.poll(() => locks(b)).toEqual({ held: 1, pending: 0 });
    const goOn = await stopDead(a.page);
    // Its request is answered, but nobody is awake to hear it.
    held.letGo();
    await expect.poll(async () => (await server.metrics()).refreshes).toBe(1);
    expect(await Promise.all([b.refresh(), c.refresh()])).toEqual(["ok", "ok"]);
    await expectSequence([b, c], 1);
    await expectUnharmed([b, c]);
    expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });

    await goOn();
    expect(await fromA).toBe("ok");
    await expectSequence([a, b, c], 1);
    expect(await a.refresh()).toBe("ok");
    await expectSequence([a, b, c], 2);
    await expectUnharmed([a, b, c]);
    expect(await server.metrics()).toMatchObject({ refreshRequests: 3, refreshes: 2, reuses: 0 });
    await expect.poll(() => locks(a)).toEqual({ held: 0, pending: 0 });
  });

  test("F10 I8 a tab stops while it waits for the refresh and is given the lock in its sleep: the others wait so long and no longer", async ({
    tabs,
    server,
  }) => {
    const [a, b, c] = await tabs(3);
    await a.signIn("ada");
    await expectAll([a, b, c], "active");
    const held = await holdRefresh(a.page);
    const fromA = a.refresh();
    await expect.poll(() => locks(c)).toEqual({ held: 1, pending: 0 });
    const fromB = b.refresh();
    await expect.poll(() => locks(c)).toEqual({ held: 1, pending: 1 });
    const goOn = await stopDead(b.page);
    const fromC = c.refresh();
    await expect.poll(() => locks(c)).toEqual({ held: 1, pending: 2 });
    held.letGo();
    expect(await Promise.all([fromA, fromC])).toEqual(["ok", "ok"]);
    expect(await locks(a)).toEqual({ held: 1, pending: 0 });
    expect(await Promise.all([a.refresh(), c.refresh()])).toEqual(["ok", "ok"]);
    await expectSequence([a, c], 2);
    await expectUnharmed([a, c]);

    await goOn();
    expect(await fromB).toBe("ok");
    await expectSequence([a, b, c], 2);
    await expectUnharmed([a, b, c]);
    expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 2, replays: 0, reuses: 0 });
    await expect.poll(() => locks(a)).toEqual({ held: 0, pending: 0 });
  });
});
