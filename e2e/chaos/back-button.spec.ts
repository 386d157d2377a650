import type { Page } from "@playwright/test";
import { withBackForwardCache } from "../support/engines.js";
import { everything } from "../support/everything.js";
import { people, type Tab } from "../support/tab.js";
import { expect, openTab, test } from "../support/test.js";

test.use({
  launchOptions: ({ browserName, launchOptions }, use) =>
    use(browserName === "chromium" ? withBackForwardCache : launchOptions),
});

declare global {
  /** What somebody who watches the screen has seen since the page came back. */
  var painted: { notebook: boolean; hidden: boolean }[];
  var persisted: boolean | undefined;
}

/** Notes, frame by frame after "back", what is painted. */
async function watchReturn(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.painted = [];
    addEventListener("pageshow", ({ persisted }) => {
      globalThis.persisted = persisted;
      const frame = () => {
        const note = document.querySelector("textarea");
        const hidden = getComputedStyle(document.body).visibility === "hidden";
        globalThis.painted.push({ notebook: !!note && !hidden, hidden });
        if (globalThis.painted.length < 120) requestAnimationFrame(frame);
      };
      frame();
    });
  });
}

/** Somewhere else in the same tab, and back again. */
async function away(tab: Tab, meanwhile: () => Promise<unknown>): Promise<void> {
  await watchReturn(tab.page);
  await tab.page.goto("/health");
  await meanwhile();
  // Not `goBack()`: in Firefox it waits for a page to be loaded that comes out of the cache.
  await tab.page.evaluate(() => {
    setTimeout(() => history.back());
  });
  await expect.poll(() => tab.page.evaluate(() => location.pathname).catch(() => "on the way")).toBe("/");
}

const returned = (page: Page) => page.evaluate(() => globalThis.persisted);

/** Not one frame of the notebook since the page came back, from the first on. */
async function expectHidden(page: Page): Promise<void> {
  const frames = await page.evaluate(() => globalThis.painted);
  expect(frames[0]?.hidden).toBe(true);
  expect(frames.filter(({ notebook }) => notebook)).toEqual([]);
}

test("F35 I24 the page keeps its place in the back/forward cache while a session is on", async ({
  tabs,
  context,
  server,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await a.write("half a note");
  const other = await openTab(context);
  await away(a, async () => {
    // Messages to a page in the cache would throw it out.
    expect(await other.refresh()).toBe("ok");
    await other.move();
  });
  await expect.poll(() => returned(a.page)).toBe(true);
  await expect(a.note).toBeVisible();
  await expect(a.note).toHaveValue("half a note");
  // It has caught up with what happened meanwhile, and takes part again.
  await expect.poll(async () => (await a.facts()).sequence).toBe(1);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, reuses: 0 });
  await other.signOutButton.click();
  await a.expectClosed("otherTab");
});

test("I24 no unload and no beforeunload listener", async ({ context }) => {
  await context.addInitScript(() => {
    const added: string[] = [];
    Object.assign(globalThis, { added });
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type: string, ...rest: [never]) {
      added.push(type);
      return addEventListener.call(this, type, ...rest);
    };
  });
  const a = await openTab(context);
  await a.signIn("ada");
  const added = await a.page.evaluate(() => (globalThis as unknown as { added: string[] }).added);
  expect(added).toContain("pagehide");
  expect(added).not.toContain("unload");
  expect(added).not.toContain("beforeunload");
  expect(await a.page.evaluate(() => [window.onunload, window.onbeforeunload])).toEqual([null, null]);
});

test("F30 back after the session has ended at the server, which no tab knows: it is asked at once", async ({
  tabs,
  server,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await away(a, () => server.trouble({ endSession: "ada" }));
  await a.expectClosed("server");
  // Of several servers the one that is asked for notes may answer before the one that is asked for the session.
  expect(await server.metrics()).toMatchObject({ refreshes: 0, touches: 0 });
  expect(await returned(a.page)).toBe(true);
});

/**
 * What the server says to a sign-out (`Clear-Site-Data`) empties the back/forward cache of Chromium, too. It keeps the
 * page where the server does not hear of it.
 */
async function signOut(tab: Tab, heard: boolean): Promise<void> {
  if (!heard) await tab.page.route("**/logout", (route) => route.abort());
  await tab.signOutButton.click();
  await tab.expectClosed("here");
}

for (const [heard, what] of [
  [true, "shows nothing of the notebook @everyday"],
  [false, "that no server heard of shows nothing of it either: the page is hidden until the record is read"],
] as const)
  test(`F30 F27 back after a sign-out in another tab ${what}`, async ({ tabs, context, server }) => {
    const [a] = await tabs(1);
    await a.signIn("ada");
    await a.write("not for everybody's eyes");
    const other = await openTab(context);
    await away(a, () => signOut(other, heard));
    await expect(a.username).toBeVisible();
    await expect(a.note).toBeHidden();
    const cached = await returned(a.page);
    if (!heard) expect(cached).toBe(true);
    if (cached) await expectHidden(a.page);
    expect(await a.page.evaluate(everything)).not.toContain("not for everybody's eyes");
    await expect
      .poll(() => server.metrics())
      .toMatchObject({ signIns: 1, signOuts: heard ? 1 : 0, refreshRequests: 0 });
  });

test("F30 back after a sign-out in the same tab shows nothing of the notebook", async ({ tabs, server }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await a.signOutButton.click();
  await a.expectClosed("here");
  await away(a, async () => {});
  await expect(a.username).toBeVisible();
  await expect(a.note).toBeHidden();
  await expect.poll(() => server.metrics()).toMatchObject({ signOuts: 1, refreshRequests: 0 });
});

for (const [heard, what] of [
  [true, ""],
  [false, ", and the server did not hear of the sign-out before"],
] as const)
  test(`F30 I4 back when somebody else is signed in${what}, shows nothing of the one who was`, async ({
    tabs,
    context,
    server,
  }) => {
    const [a] = await tabs(1);
    await a.signIn("ada");
    await a.write("ada's own words");
    const other = await openTab(context);
    await away(a, async () => {
      await signOut(other, heard);
      await other.signIn("alan");
    });
    await expect
      .poll(() => a.page.evaluate(() => globalThis.demo?.session.getState().status ?? "unknown"))
      .not.toBe("unknown");
    const cached = await returned(a.page);
    if (!heard) expect(cached).toBe(true);
    // A page that is loaded anew has notes of hers for everybody: there the banner says who is signed in.
    const who = a.page.getByRole(cached ? "main" : "banner");
    await expect(who).toContainText(people.alan.name);
    await expect(who).not.toContainText(people.ada.name);
    expect(await a.page.evaluate(everything)).not.toContain("ada's own words");
    expect(await server.metrics()).toMatchObject({ signIns: 2, signOuts: heard ? 1 : 0, refreshRequests: 0 });
    if (cached) {
      await a.expectClosed("replaced");
      await expectHidden(a.page);
    }
  });
