import type { BrowserContext } from "@playwright/test";
import { signInByCode } from "../../support/code-flow.js";
import { people, type Tab } from "../../support/tab.js";
import { test as base, expect, openTab } from "../../support/test.js";
import { Wiretap } from "./wiretap.js";

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

interface Mode {
  readonly path: string;
  /** The session's name. */
  readonly name: string;
  /** The page has the tokens, or there are cookies in their place, or a worker has them. */
  readonly where: "cookie" | "page" | "worker";
}

/** The ways of keeping a session that the demo has. */
export const modes = {
  none: { path: "/", name: "default", where: "cookie" },
  memory: { path: "/oauth-app/?tokens=memory", name: "oauth-memory", where: "page" },
  sealed: { path: "/oauth-app/?tokens=sealed", name: "oauth-sealed", where: "page" },
  worker: { path: "/oauth-app/?tokens=worker", name: "oauth-worker", where: "worker" },
  "dedicated-worker": {
    ...{ path: "/oauth-app/?tokens=dedicated-worker", name: "oauth-dedicated-worker", where: "worker" },
  },
} as const satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;
export const every = Object.keys(modes) as ModeName[];

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

/** Something of a session that works: the status of a call that needs it. */
export const callOf = (mode: ModeName) => (mode === "none" ? "/api/notes" : "/oauth/userinfo");
