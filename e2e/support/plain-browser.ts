import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { chromiumLaunch } from "./engines.js";

export interface PlainBrowser {
  readonly context: BrowserContext;
  /** The same, as Playwright is connected to it. */
  readonly devtools: Browser;
  close(): Promise<void>;
}

/**
 * Chromium as people start it. One that Playwright launches tells every page that it is visible and focused, and never
 * freezes one.
 */
export async function launchPlainBrowser(args: readonly string[] = []): Promise<PlainBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "sojourn-e2e-profile-"));
  const child = spawn(
    chromiumLaunch.executablePath ?? chromium.executablePath(),
    [
      ...(chromiumLaunch.args ?? []),
      ...args,
      "--headless=new",
      "--no-first-run",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const close = async () => {
    const gone = once(child, "exit");
    child.kill();
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  for await (const line of createInterface(child.stderr)) {
    const endpoint = /^DevTools listening on (ws:.*)$/.exec(line)?.[1];
    if (!endpoint) continue;
    child.stderr.resume();
    const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
    const [context] = browser.contexts();
    if (context)
      return {
        context,
        devtools: browser,
        close: async () => {
          await browser.close();
          await close();
        },
      };
  }
  await close();
  throw new Error("Chromium did not start.");
}

/** As Chromium does with a tab that nobody has looked at for long. Only a hidden page can be frozen. */
export async function setFrozen(page: Page, frozen: boolean): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Page.setWebLifecycleState", { state: frozen ? "frozen" : "active" });
  await cdp.detach();
}
