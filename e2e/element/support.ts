import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { recorder } from "../support/record.js";
import type { ServerEnv } from "../support/server.js";
import { buildSite } from "../support/site.js";
import { type people as everybody, people, type State } from "../support/tab.js";
import { test as base, expect } from "../support/test.js";
import type { Wanted } from "./site/app.js";

const site = fileURLToPath(new URL("site", import.meta.url));

/** One open page with a `<session-warning>`, by what assistive technology finds on it. */
export class WarnedPage {
  readonly dialog: Locator;
  readonly stay: Locator;
  readonly signOut: Locator;
  readonly ok: Locator;
  readonly signInAgain: Locator;
  readonly note: Locator;
  /** What a screen reader is told while the countdown runs. */
  readonly live: Locator;
  /** The status line below. */
  readonly status: Locator;

  constructor(readonly page: Page) {
    this.dialog = page.getByRole("alertdialog");
    this.stay = this.dialog.getByRole("button", { name: "Stay signed in" });
    this.signOut = this.dialog.getByRole("button", { name: "Sign out" });
    this.ok = this.dialog.getByRole("button", { name: "OK" });
    this.signInAgain = this.dialog.getByRole("button", { name: "Sign in again" });
    this.note = page.getByLabel("Note");
    this.live = page.locator("session-warning [aria-live]");
    this.status = page.locator("session-warning [part=status]");
  }

  async signIn(who: keyof typeof everybody = "ada"): Promise<void> {
    const { username, password } = people[who];
    await this.page.evaluate(([name, secret]) => signIn(name, secret), [username, password] as const);
  }

  state(): Promise<State> {
    return this.page.evaluate(() => demo.session.getState());
  }

  /** When the limit is reached that the session warns of. */
  async deadline(): Promise<number> {
    const state = await this.state();
    if (state.status !== "warning") throw new Error(`No warning: ${state.status}`);
    return state.deadlineAt;
  }

  heard(): Promise<typeof globalThis.heard> {
    return this.page.evaluate(() => globalThis.heard);
  }

  /** As if another tab or window lay above this one, or no more. */
  async hide(hidden: boolean): Promise<void> {
    await this.page.evaluate((now) => {
      Object.defineProperty(document, "visibilityState", {
        configurable: true,
        value: now ? "hidden" : "visible",
      });
      Object.defineProperty(document, "hidden", { configurable: true, value: now });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  }

  /** Returns what tells everything that the countdown has said since, in order. */
  async listen(): Promise<() => Promise<string[]>> {
    const said = await this.live.evaluateHandle((region) => {
      const texts: string[] = [];
      new MutationObserver(() => {
        if (region.textContent) texts.push(region.textContent);
      }).observe(region, { childList: true });
      return texts;
    });
    return () => said.jsonValue();
  }
}

interface ElementOptions {
  /** The limits of this test's server. */
  readonly limits: ServerEnv;
}

interface ElementFixtures {
  /** Opens pages in one browser profile. */
  readonly open: (wanted?: Wanted) => Promise<WarnedPage>;
}

export const test = base.extend<ElementOptions & ElementFixtures, { site: string }>({
  limits: [{ IDLE_TIMEOUT: "13s", IDLE_WARNING: "10s", ABSOLUTE_TIMEOUT: "10m" }, { option: true }],

  site: [
    // biome-ignore lint/correctness/noEmptyPattern: how Playwright learns what a fixture needs
    async ({}, use) => {
      const dir = await buildSite(site);
      await use(dir);
      await rm(dir, { recursive: true });
    },
    { scope: "worker" },
  ],

  // The demo's server serves this site instead of the demo's, under the same Content-Security-Policy.
  env: async ({ limits, site }, use) => use({ ...limits, SITE_DIR: site }),

  open: async ({ context }, use) => use((wanted) => openPage(context, wanted)),
});

async function openPage(context: BrowserContext, wanted: Wanted = {}): Promise<WarnedPage> {
  const page = await context.newPage();
  await page.addInitScript(...recorder);
  await page.addInitScript((it) => {
    globalThis.wanted = it;
  }, wanted);
  await page.goto("/");
  await expect
    .poll(() => page.evaluate(() => globalThis.demo?.session.getState().status ?? "unknown"))
    .not.toBe("unknown");
  // The part that shows things follows the element.
  await expect(page.locator("session-warning [part=status]")).toBeAttached();
  return new WarnedPage(page);
}

export { expect };
