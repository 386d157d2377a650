import { type BrowserContext, expect as base, type Page } from "@playwright/test";

// These pages are built and served a moment ago, on a machine that has other things to do.
const expect = base.configure({ timeout: 45_000 });

const words = (page: Page, text: string) => page.getByText(text, { exact: true });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
/** The page's own, also while the dialog has one. */
const signOut = (page: Page) => page.locator("button:not(session-warning *)", { hasText: /^Sign out$/ });

/** Collects what a browser complains of: nothing of it is right. */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on("weberror", (error) => complaints.push(String(error.error().stack)));
  context.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // How a browser tells that nobody is signed in: the server answers the first question so.
    const { url } = message.location();
    if (/ 401 /.test(message.text()) && /\/session$/.test(url)) return;
    // None of these projects has an icon.
    if (/ 404 /.test(message.text()) && /\/favicon\.ico$/.test(url)) return;
    complaints.push(`${message.type()}: ${message.text()} (${url})`);
  });
  return complaints;
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function enter(page: Page): Promise<void> {
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill("lovelace");
  await button(page, "Sign in").click();
}

/** Sign in, be seen in a second tab, be warned in both, stay, sign out in one, be seen in the other. */
export async function mainFlow(context: BrowserContext, origin: string): Promise<void> {
  const first = await open(context, `${origin}/`);
  await expect(words(first, "Nobody is signed in.")).toBeVisible();
  await enter(first);
  await expect(words(first, "Ada Lovelace is signed in.")).toBeVisible();

  const second = await open(context, `${origin}/`);
  const both = [first, second];
  for (const page of both) await expect(words(page, "Ada Lovelace is signed in.")).toBeVisible();
  for (const page of both) await expect(page.getByRole("alertdialog")).toBeVisible();
  await button(first, "Stay signed in").click();
  for (const page of both) await expect(page.getByRole("alertdialog")).toBeHidden();

  await signOut(first).click();
  for (const page of both) await expect(words(page, "Nobody is signed in.")).toBeVisible();
}

/** The same with tokens in a worker of all tabs. */
export async function workerFlow(context: BrowserContext, origin: string): Promise<void> {
  const first = await open(context, `${origin}/oauth-app/`);
  await expect(words(first, "Nobody is signed in.")).toBeVisible();
  await button(first, "Sign in").click();
  await enter(first);
  await expect(words(first, "Somebody is signed in.")).toBeVisible();
  await button(first, "Call the API").click();
  await expect(words(first, "The API said 200.")).toBeVisible();

  const second = await open(context, `${origin}/oauth-app/`);
  await expect(words(second, "Somebody is signed in.")).toBeVisible();
  await button(second, "Sign out").click();
  for (const page of [first, second]) await expect(words(page, "Nobody is signed in.")).toBeVisible();
}

/** The first screen of the read-me: whoever is signed in is warned two minutes before the fifteen are over. */
export async function readmeFlow(context: BrowserContext, origin: string): Promise<void> {
  const headers = { "X-Sojourn": "1" };
  const data = { username: "ada", password: "lovelace" };
  base((await context.request.post(`${origin}/login`, { headers, data })).status()).toBe(200);

  const page = await context.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await page.clock.install();
  await page.goto(`${origin}/`);
  const status = () =>
    page.locator("session-warning").evaluate((it) => (it as never as Warning).session.getState().status);
  await expect.poll(status).toBe("active");

  const warning = page.getByRole("alertdialog", { name: "You're about to be signed out" });
  await page.clock.fastForward("13:01");
  await expect(warning).toBeVisible();
  base(said).toContainEqual(expect.stringMatching(/^near the idle limit: 1\d{5} ms left$/));
  await button(page, "Stay signed in").click();
  await expect(warning).toBeHidden();
  base(await status()).toBe("active");

  await page.clock.fastForward("13:01");
  await expect(warning).toBeVisible();
  await warning.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${origin}/sign-in?because=logout`);
}

interface Warning {
  session: { getState(): { status: string } };
}
