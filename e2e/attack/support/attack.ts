import type { BrowserContext } from "@playwright/test";
import { signInByCode } from "../../support/code-flow.js";
import { people, type Tab } from "../../support/tab.js";
import { test as base, expect, openTab } from "../../support/test.js";
import { type ModeName, modes } from "./modes.js";
import { Wiretap } from "./wiretap.js";

export { callOf, every, modes } from "./modes.js";
export { expect, openTab, people };

/** A demo server with a wiretap on its line. */
export const test = base.extend<{ readonly tap: Wiretap }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants one
  tap: async ({}, use) => {
    const tap = await Wiretap.start();
    await use(tap);
    tap.stop();
  },
  env: async ({ tap }, use) => use({ PUBLIC_ORIGIN: tap.origin, DEBUG_ROUTES: "on" }),
  server: async ({ server, tap }, use) => {
    tap.upstream = server.origin;
    await use(server);
  },
  // The wiretap has to know the server before the first page is asked for.
  baseURL: async ({ server: _, tap }, use) => use(tap.origin),
});

/** Opens a tab and signs in there, in the way of that mode. */
export async function signedIn(context: BrowserContext, mode: ModeName): Promise<Tab> {
  const tab = await openTab(context, modes[mode].path);
  await signIn(tab, mode);
  return tab;
}

export async function signIn(tab: Tab, mode: ModeName, who: keyof typeof people = "ada"): Promise<void> {
  return mode === "none" ? tab.signIn(who) : signInByCode(tab, who);
}

export async function signOut(tab: Tab): Promise<void> {
  await tab.page.getByRole("button", { name: "Sign out" }).first().click();
  await expect.poll(() => tab.status()).toBe("ended");
}
