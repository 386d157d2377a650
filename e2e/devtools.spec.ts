import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expectNoViolations } from "./support/axe.js";
import { buildSite } from "./support/site.js";
import { test as base, expect, type Options } from "./support/test.js";

const test = base.extend<Options, { site: string }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: how Playwright learns what a fixture needs
    async ({}, use) => {
      const dir = await buildSite(fileURLToPath(new URL("devtools/site", import.meta.url)));
      await use(dir);
      await rm(dir, { recursive: true });
    },
    { scope: "worker" },
  ],
  // The demo's server serves this site instead of the demo's, under the same Content-Security-Policy.
  env: async ({ site }, use) => use({ SITE_DIR: site }),
});

const status = (page: Page) => page.locator(".status");
const rows = (page: Page) => page.getByRole("listbox", { name: "Timeline" }).getByRole("option");

test("C5 the panel follows a real session, in its own tab and in others, under the strict policy", async ({
  context,
}) => {
  const [a, b] = [await context.newPage(), await context.newPage()];
  await a.goto("/");
  await b.goto("/");
  await expect(status(a)).toHaveText("signed-out");
  await a.evaluate(() => signIn("ada", "lovelace"));
  for (const page of [a, b]) await expect(status(page)).toHaveText("active");
  await expect(a.getByRole("meter", { name: "Idle limit" })).toHaveAttribute("aria-valuetext", / left$/);
  await expect(rows(b).filter({ hasText: "→ active" })).toHaveCount(1);
  await expect(b.getByRole("region", { name: "Tabs" })).toContainText(/this tab.*message/);

  await a.evaluate(() => demo.session.logout());
  await expect(status(b)).toHaveText("ended");
  await expect(b.locator("header")).toContainText("logout, by another tab");
  // The tab was signed in a moment ago, and can be looked at as it was then.
  await rows(b).filter({ hasText: "→ active" }).click();
  await expect(status(b)).toHaveText("active");
  await expect(b.getByText(/^The past: \d+ of \d+$/)).toBeVisible();
  await b.getByRole("button", { name: "Back to now" }).click();
  await expect(status(b)).toHaveText("ended");
});

test("A8 in a simulated world an hour passes in a moment, by keyboard alone; axe finds nothing", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/?world");
  await expect(status(page)).toHaveText("active");
  await expectNoViolations(page);

  const forward = page.getByRole("button", { name: "+15 min" });
  await forward.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("output")).toHaveText(/^15 min/);
  await expect(status(page)).not.toHaveText("active");
  await expectNoViolations(page);

  // From the slider to the timeline, and through it.
  await page.getByRole("slider", { name: "Moment" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("status")).toHaveText([/.*/, /^The past/]);
  await rows(page).first().focus();
  await page.keyboard.press("End");
  await expect(rows(page).last()).toBeFocused();
  await expect(rows(page).last()).toHaveAttribute("aria-selected", "true");
  await expect(status(page)).toHaveText("active");
  await expectNoViolations(page);
  await page.keyboard.press("Escape");
  await expect(status(page)).not.toHaveText("active");
});

for (const direction of ["ltr", "rtl"])
  test(`A8 at 320 px nothing scrolls sideways, and whatever can be pressed is 24 px at least: ${direction}`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto("/?world");
    await page.evaluate((dir) => {
      document.documentElement.dir = dir;
    }, direction);
    await page.getByRole("button", { name: "+15 min" }).click();
    await rows(page).first().click();
    const { width, small } = await page.evaluate(() => {
      const root = document.querySelector("#devtools > *")?.shadowRoot;
      const controls = [...(root?.querySelectorAll<HTMLElement>("button, input, [role=option]") ?? [])];
      return {
        width: document.documentElement.scrollWidth,
        small: controls
          .filter((it) => it.checkVisibility())
          .map((it) => ((it as HTMLInputElement).labels?.[0] ?? it).getBoundingClientRect())
          .filter((box) => box.width < 24 || box.height < 24),
      };
    });
    expect(width).toBeLessThanOrEqual(320);
    expect(small).toEqual([]);
  });
