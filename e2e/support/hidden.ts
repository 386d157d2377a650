import type { Page } from "@playwright/test";
import { launchPlainBrowser } from "./plain-browser.js";
import type { Tab } from "./tab.js";
import { test as base, expect, noteOnFailure, openTab } from "./test.js";

const expectHidden = (page: Page) =>
  expect.poll(() => page.evaluate(() => document.visibilityState)).toBe("hidden");

/** A browser of which only one tab can be seen: the first of these. The other one is hidden, and can be frozen. */
export const test = base.extend<{ browserArgs: readonly string[]; visibleAndHidden: readonly [Tab, Tab] }>({
  browserArgs: [[], { option: true }],

  visibleAndHidden: async ({ server, browserArgs }, use, info) => {
    const browser = await launchPlainBrowser(browserArgs);
    const errors: string[] = [];
    browser.context.on("weberror", (error) => errors.push(String(error.error().stack)));
    const visible = await openTab(browser.context, server.origin);
    // Hidden before anything else: Chromium spares a page's timers that was looked into while it could be seen. And before
    // it has loaded: only then one can say how long it is hidden until its timers are held back.
    await browser.context.route(
      /\.js$/,
      async (route) => {
        await visible.page.bringToFront();
        await expectHidden(route.request().frame().page());
        await route.continue();
      },
      { times: 1 },
    );
    const hidden = await openTab(browser.context, server.origin, visible);
    await expectHidden(hidden.page);
    await use([visible, hidden]);
    await noteOnFailure(info, browser.context, server);
    await browser.close();
    expect(errors, "F9: no uncaught error, no unhandled rejection").toEqual([]);
  },
});
