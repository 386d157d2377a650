import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe has to say against a page as it is now, in the light and in the dark: nothing. */
export async function expectNoViolations(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark" });
  // All that the dark changes; to ask for more is dear.
  expect(await violations(page, (axe) => axe.withRules(["color-contrast", "link-in-text-block"]))).toEqual(
    [],
  );
  await page.emulateMedia({ colorScheme: "light" });
  expect(await violations(page, (axe) => axe.withTags(EVERYTHING))).toEqual([]);
}

async function violations(page: Page, ask: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> {
  // What moves has no colours yet; what turns for ever has.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished.catch(() => {})),
    ),
  );
  // Typed against another version of playwright-core than the one that runs here.
  const { violations } = await ask(new AxeBuilder({ page: page as never })).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`,
  );
}
