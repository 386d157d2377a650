import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import type { createSession, Session, SessionOptions } from "../../src/index.js";
import type { bff, readBffSession } from "../../src/server/presets/index.js";
import { people } from "./tab.js";

declare global {
  /** The script-tag build. */
  var Sojourn: {
    createSession: typeof createSession;
    bff: typeof bff;
    readBffSession: typeof readBffSession;
  };
  var session: Session;
}

/** The script-tag build. */
export const script = fileURLToPath(new URL("../../dist/sojourn.iife.js", import.meta.url));

/**
 * A page of the server's origin with nothing on it but the script-tag build: for options that the site has no use for.
 * Its policy is the site's.
 */
export async function openBare(
  context: BrowserContext,
  options: Omit<SessionOptions, "server" | "platform"> = {},
): Promise<Page> {
  const page = await context.newPage();
  await page.route("**/bare/*", async (route) => {
    if (route.request().url().endsWith(".js"))
      return route.fulfill({ contentType: "text/javascript", body: await readFile(script) });
    const site = await route.fetch({ url: new URL("/", route.request().url()).href });
    return route.fulfill({
      response: site,
      body: '<!doctype html><html lang="en"><title>Bare</title><script src="/bare/sojourn.js"></script></html>',
    });
  });
  await page.goto("/bare/page");
  await startBare(page, options);
  return page;
}

/** Makes the page's session and starts it. */
export async function startBare(page: Page, options: object = {}): Promise<void> {
  await page.evaluate((given) => {
    const { createSession, bff } = Sojourn;
    globalThis.session = createSession({ server: bff(), ...given });
    return globalThis.session.start().then(() => {});
  }, options);
}

export async function signInBare(page: Page, who: keyof typeof people = "ada"): Promise<void> {
  await page.evaluate(
    async ({ username, password }) => {
      const reply = await fetch("/login", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
        body: JSON.stringify({ username, password }),
      });
      await session.start(Sojourn.readBffSession(await reply.json()));
    },
    { username: people[who].username, password: people[who].password },
  );
}

export const bareStatus = (page: Page) => page.evaluate(() => session.getState().status);
export const bareSequence = (page: Page) => page.evaluate(() => session.inspect().sequence);

export async function expectBare(pages: readonly Page[], status: string, timeout = 10_000): Promise<void> {
  await expect.poll(() => Promise.all(pages.map(bareStatus)), { timeout }).toEqual(pages.map(() => status));
}
