import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { chromiumLaunch } from "../../e2e/support/engines.js";

/** The Chromium that `scripts/setup.mjs` has found. */
export const launch = (): Promise<Browser> => chromium.launch(chromiumLaunch);

/** Opens a tab with a subject in it, and waits until it has started. */
export async function openTab(context: BrowserContext, origin: string, query: string): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    if (process.env.BENCH_VERBOSE) console.error(`${query}: ${error.message}`);
  });
  await page.goto(`${origin}/?${query}`);
  await page.evaluate(() => globalThis.started);
  return page;
}
