import type { Page } from "@playwright/test";
import { everything } from "./support/everything.js";
import { countHeld } from "./support/held.js";
import { builds, expectAll, type Tab } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

test.describe("a tab of each build", () => {
  test.use({ env: { IDLE_TIMEOUT: "14s", IDLE_WARNING: "9s" } });

  test("I3 I4 I22 A4 F27 vanilla, React and Vue share the one session", async ({ context }) => {
    // A long day.
    test.slow();
    const [vanilla, react, vue] = await Promise.all([
      openTab(context, builds.vanilla),
      openTab(context, builds.react),
      openTab(context, builds.vue),
    ]);
    const all = [vanilla, react, vue];

    await react.signIn("ada");
    for (const tab of all) await expect(tab.note).toBeVisible();
    await vanilla.write("half a note");
    for (const tab of all) await expect(tab.warning).toBeVisible();
    for (const tab of all) await expect(tab.warning.getByText(/^0:0\d$/)).toBeVisible();
    // What is the framework's own: the header counts too.
    for (const tab of all)
      await expect(tab.page.getByRole("banner").getByText(/^Ends in 0:0\d$/)).toBeVisible();

    await vue.stay.click();
    for (const tab of all) await expect(tab.warning).toBeHidden();
    await expectAll(all, "active");

    for (const tab of all) await tab.expectClosed("idle", 30_000);

    await vanilla.signIn("ada");
    for (const tab of all) await expect(tab.note).toHaveValue("half a note");
    await vue.signOutButton.click();
    await vue.expectClosed("here");
    await vanilla.expectClosed("otherTab");
    await react.expectClosed("otherTab");

    await react.signIn("alan");
    await expect(react.note).toHaveValue("");
    for (const tab of [vanilla, vue]) {
      await tab.expectClosed("replaced");
      await expect(tab.page.getByRole("heading", { level: 1 })).toHaveText(
        "Alan Turing signed in on this computer",
      );
      expect(await tab.page.evaluate(everything)).not.toContain("half a note");
    }
    await vue.continueButton.click();
    await expect(vue.note).toBeVisible();
  });
});

test("the builds are alike to the eye and to assistive technology", async ({ context, server }) => {
  const tabs: Tab[] = [];
  for (const path of Object.values(builds)) tabs.push(await openTab(context, path));
  const [first, ...others] = tabs as [Tab, ...Tab[]];

  async function expectAlike(where: string): Promise<void> {
    const seen = await Promise.all(tabs.map(({ page }) => look(page)));
    for (const view of seen.slice(1)) {
      expect(view.tree, where).toBe(seen[0]?.tree);
      expect(view.picture.equals(seen[0]?.picture ?? Buffer.of()), `${where}: the same picture`).toBe(true);
    }
  }
  await expectAlike("sign-in");
  await first.signIn("ada");
  await first.write("half a note");
  for (const { page } of others) await page.reload();
  for (const tab of tabs) await expect(tab.note).toHaveValue("half a note");
  await expectAlike("notebook");
  // From outside of all of them, so that all have the same to say.
  await server.trouble({ endSession: "ada" });
  await first.call();
  for (const tab of tabs) await tab.expectClosed("server");
  await expectAlike("closed");
});

/** The application without the strip above it, which says which build it is. */
async function look(page: Page): Promise<{ tree: string; picture: Buffer }> {
  const app = page.locator(".app");
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    return document.fonts.ready.then(() => {});
  });
  return {
    tree: await app.ariaSnapshot(),
    picture: await app.screenshot({ animations: "disabled", caret: "hide" }),
  };
}

for (const [build, path] of Object.entries(builds))
  test(`F7 a hundred times mounted and unmounted, nothing is left behind: ${build}`, async ({ context }) => {
    await context.addInitScript(countHeld);
    const a = await openTab(context, path);
    await a.signIn("ada");
    await expect(a.page.getByRole("article").first()).toBeVisible();
    await a.page.evaluate(() => countSubscriptions(demo.session));
    const remount = (times: number) =>
      a.page.evaluate(async (wanted) => {
        const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
        for (let done = 0; done < wanted; done++) {
          demo.remount?.();
          do await frame();
          while (!document.querySelector("article"));
        }
        // React's last effects come when there is time for them.
        await frame();
        await new Promise<void>((done) => requestIdleCallback(() => done()));
        return held();
      }, times);

    const before = await remount(1);
    expect(await remount(100)).toEqual(before);
    // A channel of the session, and one of the demo's list of tabs.
    expect(before).toMatchObject({ channels: 2, locks: 0 });
    expect(before.subscriptions).toBeGreaterThan(0);
    expect(Object.keys(before.listeners)).toContain("Window keydown");
    // What is mounted now works.
    await a.signOutButton.click();
    await a.expectClosed("here");
  });
