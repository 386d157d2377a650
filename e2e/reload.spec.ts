import type { Page } from "@playwright/test";
import { chunk } from "./support/chunk.js";
import { expect, test } from "./support/test.js";

declare global {
  /** Which screens were ever in the document since it was loaded. */
  var seen: string[];
}

/** Notes what is in the document, at every change and in every frame. */
async function watchScreens(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.seen = [];
    const look = () => {
      for (const [name, selector] of [
        ["sign-in", "input[type=password]"],
        ["notebook", "textarea"],
        ["warning", "dialog[open]"],
      ] as const)
        if (document.querySelector(selector) && !globalThis.seen.includes(name)) globalThis.seen.push(name);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  });
}

const screensOf = (page: Page) => page.evaluate(() => globalThis.seen);

test("a reload restores the session: no sign-in flashes up, and nobody notices @everyday", async ({
  tabs,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  const before = await a.facts();
  await watchScreens(a.page);
  await a.page.reload();
  await expect(a.note).toBeVisible();
  expect(await screensOf(a.page)).toEqual(["notebook"]);

  const after = await a.facts();
  expect([after.epoch, after.sequence]).toEqual([before.epoch, before.sequence]);
  expect(after.tab).not.toBe(before.tab);
  expect(await b.heard("started")).toHaveLength(1);
  expect((await server.metrics()).refreshRequests).toBe(0);
});

test("a reload with a slow server shows neither the sign-in nor the notebook before it is known whose", async ({
  tabs,
  server,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await watchScreens(a.page);
  await server.trouble({ slowMs: 1500 });
  await a.page.reload();
  await expect.poll(() => a.page.evaluate(() => globalThis.demo?.session.getState().status)).toBe("active");
  expect(await screensOf(a.page)).toEqual([]);
  // Whoever is signed in can leave, also now.
  await expect(a.signOutButton).toBeVisible();
  await expect(a.note).toBeVisible();
  expect(await screensOf(a.page)).toEqual(["notebook"]);
});

test("a reload after the end shows no trace of the notebook", async ({ tabs, server }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await watchScreens(a.page);
  await a.signOutButton.click();
  await a.expectClosed("here");
  await server.trouble({ slowMs: 500 });
  await a.page.reload();
  await expect(a.username).toBeVisible();
  expect(await screensOf(a.page)).toEqual(["sign-in"]);
});

test("F16 a reload while the session's server is away: nothing is shown, nobody is signed out, and it resumes", async ({
  tabs,
  context,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await watchScreens(a.page);
  await context.route("**/session", (route) => route.abort());
  await a.page.reload();
  await expect
    .poll(() => a.page.evaluate(() => globalThis.demo?.session.getState().connection))
    .toBe("retrying");
  expect(await a.status()).not.toBe("signed-out");
  expect(await screensOf(a.page)).not.toContain("sign-in");
  await context.unroute("**/session");
  await expect(a.note).toBeVisible({ timeout: 20_000 });
  expect(await screensOf(a.page)).toEqual(["notebook"]);
});

test("F9 F16 a part of the SDK that fails to load once is loaded again, and the session is restored", async ({
  tabs,
  context,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const loaded: string[] = [];
  await context.route(chunk("engine"), (route) => {
    loaded.push(route.request().url());
    return loaded.length > 1 ? route.continue() : route.abort();
  });
  await a.page.reload();
  await expect(a.note).toBeVisible({ timeout: 20_000 });
  expect(loaded.length).toBeGreaterThan(1);
});
