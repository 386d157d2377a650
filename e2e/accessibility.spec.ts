import type { Locator } from "@playwright/test";
import { expectNoViolations } from "./support/axe.js";
import { builds, type Tab } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

test.use({ env: { IDLE_TIMEOUT: "44s", IDLE_WARNING: "40s" } });

/** Walks over every state that a user can see. */
async function everywhere(a: Tab, look: (where: string) => Promise<void>): Promise<void> {
  await expect(a.username).toBeVisible();
  await look("sign-in");
  await a.signIn("ada");
  await expect(a.page.getByRole("listitem").first()).toBeVisible();
  await look("notebook");
  await expect(a.warning).toBeVisible();
  await look("warning");
  await a.warning.getByRole("button", { name: "Sign out" }).click();
  await a.expectClosed("here");
  await look("closed");
}

for (const [build, path] of Object.entries(builds))
  test(`A8 axe finds nothing, in the light and in the dark: ${build}`, async ({ context }) => {
    test.slow();
    const a = await openTab(context, path);
    await everywhere(a, async (where) => {
      // The warning would come while the page is looked at.
      const stays =
        where === "notebook" && (await a.page.evaluateHandle(() => demo.session.hold({ max: "1m" })));
      await expectNoViolations(a.page);
      if (stays) await stays.evaluate((release) => release());
    });
  });

test("A8 at 320 px nothing scrolls sideways, and whatever can be pressed is 24 px at least", async ({
  tabs,
}) => {
  const [a] = await tabs(1);
  await a.page.setViewportSize({ width: 320, height: 640 });
  await everywhere(a, async (where) => {
    const { width, small } = await a.page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      small: [
        ...document.querySelectorAll<HTMLElement>("button, input, select, textarea, a[href], [tabindex='0']"),
      ]
        .filter((element) => element.checkVisibility() && !element.closest("[aria-hidden=true]"))
        .map((element) => {
          // A label enlarges the control that it names.
          const box = (element as HTMLInputElement).labels?.[0]?.getBoundingClientRect();
          const own = element.getBoundingClientRect();
          const [w, h] = [Math.max(own.width, box?.width ?? 0), Math.max(own.height, box?.height ?? 0)];
          return w < 24 || h < 24 ? `${element.outerHTML} ${w}×${h}` : "";
        })
        .filter(Boolean),
    }));
    expect(width, where).toBeLessThanOrEqual(320);
    expect(small, where).toEqual([]);
  });
});

test("A11 with reduced motion nothing moves", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.page.emulateMedia({ reducedMotion: "reduce" });
  await everywhere(a, async (where) => {
    const moving = await a.page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 50)
        .map((animation) => (animation as CSSAnimation).animationName ?? animation.id),
    );
    expect(moving, where).toEqual([]);
  });
});

test("A11 with forced colours the warning still has an edge and its buttons too", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.page.emulateMedia({ forcedColors: "active" });
  await a.signIn("ada");
  await expect(a.warning).toBeVisible();
  for (const part of [a.warning.locator("[part=dialog]"), a.stay]) {
    const edge = await part.evaluate((element) => {
      const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(element);
      return (borderTopStyle !== "none" && Number.parseFloat(borderTopWidth) > 0) || outlineStyle !== "none";
    });
    expect(edge).toBe(true);
  }
});

for (const [build, path] of Object.entries(builds))
  test(`A6 A7 A8 A10 everything can be done with the keyboard alone: ${build}${build === "vanilla" ? " @everyday" : ""}`, async ({
    context,
  }) => {
    const a = await openTab(context, path);
    const { keyboard } = a.page;
    /** Tab until something is reached, and see on the way that the focus shows. */
    async function tabTo(target: Tab["note"]): Promise<void> {
      for (let steps = 0; steps < 60; steps++) {
        if (await hasFocus(target)) return;
        await keyboard.press("Tab");
        expect(await a.page.evaluate(invisibleFocus), "focus visible").toBe("");
      }
      throw new Error("never reached");
    }

    await tabTo(a.username);
    await keyboard.type("ada");
    await tabTo(a.password);
    await keyboard.type("lovelace");
    await keyboard.press("Enter");
    await expect(a.note).toBeVisible();
    // The focus is not lost with the form that had it.
    await expect(a.page.getByRole("heading", { level: 1 })).toBeFocused();
    await tabTo(a.note);
    await keyboard.type("N6 sleeps.");
    await expect(a.warning).toBeVisible({ timeout: 30_000 });
    await expect(a.stay).toBeFocused();
    await keyboard.press("Enter");
    await expect(a.warning).toBeHidden();
    await expect(a.note).toBeFocused();
    await expect(a.note).toHaveValue("N6 sleeps.");
    await keyboard.press("Shift+Tab");
    await expect(a.warning).toBeVisible({ timeout: 30_000 });
    await keyboard.press("Escape");
    await expect(a.warning).toBeHidden();
    await expect(a.warning).toBeVisible({ timeout: 30_000 });
    await tabTo(a.warning.getByRole("button", { name: "Sign out" }));
    await keyboard.press("Space");
    await a.expectClosed("here");
    await expect(a.page.getByRole("heading", { level: 1 })).toBeFocused();
  });

const hasFocus = (target: Locator) =>
  target.evaluate((element) => element === (element.getRootNode() as Document | ShadowRoot).activeElement);

/** What has the focus and does not show it. */
function invisibleFocus(): string {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return "";
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const shows = (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  const label = (element as HTMLInputElement).labels?.[0];
  const inLabel = label && getComputedStyle(label).outlineStyle !== "none";
  return shows || inLabel ? "" : element.outerHTML;
}
