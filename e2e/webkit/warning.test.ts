import { Key } from "selenium-webdriver";
import { expectAll, type Tab, WARNING } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.override({ env: { IDLE_TIMEOUT: "12s", IDLE_WARNING: "9s", ABSOLUTE_TIMEOUT: "10m" } });

/** What has the focus, also in a shadow tree. */
const focused = (tab: Tab) =>
  tab.run(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.textContent?.trim();
  });

test("I3 A5 A6 the warning opens everywhere, and staying signed in in one window closes it in all", async ({
  open,
  server,
}) => {
  const a = await open();
  const b = await open();
  const hidden = await open("tab");
  const all = [a, b, hidden];
  await a.signIn("ada");
  for (const tab of all) await tab.expectToSee("alertdialog", WARNING);
  expect(await focused(b)).toBe("Stay signed in");

  await b.click("button", "Stay signed in");

  for (const tab of all) await tab.expectToSee("alertdialog", WARNING, false);
  await expectAll(all, "active");
  for (const tab of all) expect(await tab.heard("extended")).toEqual([{ limit: "idle" }]);
  expect((await server.metrics()).touches).toBeGreaterThan(0);
});

test("A7 Escape extends, and the focus goes back to where it was", async ({ open, server }) => {
  const a = await open();
  await a.signIn("ada");
  await a.type("Note", "half a note");
  await a.expectToSee("alertdialog", WARNING);
  const { touches } = await server.metrics();
  await a.page.in((driver) => driver.actions().sendKeys(Key.ESCAPE).perform());
  await a.expectToSee("alertdialog", WARNING, false);
  expect(await a.status()).toBe("active");
  expect((await server.metrics()).touches).toBeGreaterThan(touches);
  expect(await a.run(() => document.activeElement?.tagName)).toBe("TEXTAREA");
});
