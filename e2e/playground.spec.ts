import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { expectNoViolations } from "./support/axe.js";

const script = new URL("../scripts/playground.mjs", import.meta.url).href;

let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sojourn-playground-"));
  const { buildPlayground } = await import(script);
  await buildPlayground(folder);
});
test.afterAll(() => rmSync(folder, { recursive: true }));

let errors: string[];
test.beforeEach(({ page }) => {
  errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
});
test.afterEach(() => expect(errors).toEqual([]));

const open = (page: Page) => page.goto(pathToFileURL(join(folder, "index.html")).href);
const tab = (page: Page, count: number) =>
  page.getByRole("article").filter({ has: page.getByRole("heading", { name: `tab ${count}` }) });
const counted = (page: Page, what: string) =>
  page.getByLabel("What the server has counted").locator("div", { hasText: what }).locator("dd");

test("the playground, opened as a file, plays a whole day: one refresh an expiry in all tabs, no theft", async ({
  page,
}) => {
  await page.clock.install();
  await open(page);
  await page.getByRole("button", { name: "Play a whole day" }).click();
  const play = page.getByRole("button", { name: "Let time pass" });
  await expect(play).toHaveAttribute("aria-pressed", "true");
  // Faster than anybody could follow.
  await page.locator("#speed").evaluate((speed: HTMLSelectElement) => {
    speed.add(new Option("2 hours a second", "7200000", true, true));
  });
  // A frame after the other, as far apart as the page lets them count.
  await expect
    .poll(
      async () => {
        await page.clock.fastForward(100);
        return play.getAttribute("aria-pressed");
      },
      { intervals: [1], timeout: 40_000 },
    )
    .toBe("false");

  const log = page.getByRole("region", { name: "What happened" });
  for (const said of ["Ada opens a tab", "Tab 1 crashes", "Ada signs out, in tab 2: every tab is out"])
    await expect(log.getByText(said)).toBeAttached();
  await expect(tab(page, 1).getByText("crashed")).toBeVisible();
  for (const count of [2, 3]) await expect(tab(page, count).getByText(/^ended: logout/)).toBeVisible();
  await expect(counted(page, "sign-ins")).toHaveText("3");
  await expect(counted(page, "taken for theft")).toHaveText("0");
  expect(Number(await counted(page, "refreshes").textContent())).toBeGreaterThan(5);
  await expectNoViolations(page);
});

test("the playground is played by hand where the browser keeps nothing: an idle limit ends both tabs", async ({
  page,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("No storage here.", "SecurityError");
      },
    });
  });
  await open(page);
  await tab(page, 1).getByRole("button", { name: "Sign in as Ada" }).click();
  await page.getByRole("button", { name: "Open a tab" }).click();
  for (const count of [1, 2]) await expect(tab(page, count).getByText(/^active/)).toBeVisible();
  await page.getByRole("button", { name: "until something happens" }).click();
  for (const count of [1, 2]) await expect(tab(page, count).getByText(/^warning: idle/)).toBeVisible();
  await page.getByRole("button", { name: "+15 min" }).click();
  for (const count of [1, 2]) await expect(tab(page, count).getByText(/^ended: idle/)).toBeVisible();
});
