import { expectAll, type Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

const WARNING = 10_000;
test.use({ env: { IDLE_TIMEOUT: "12s", IDLE_WARNING: "10s", ABSOLUTE_TIMEOUT: "10m" } });

const warned = (tabs: readonly Tab[]) => expectAll(tabs, "warning");

test("I3 staying signed in in one tab closes the warning in all @everyday", async ({ tabs, server }) => {
  const all = await tabs(3);
  const [a, b, c] = all;
  await a.signIn("ada");
  for (const tab of all) await expect(tab.warning).toBeVisible();

  await b.stay.click();

  for (const tab of all) await expect(tab.warning).toBeHidden();
  await expectAll([a, b, c], "active");
  for (const tab of all) expect(await tab.timeLeft("idle")).toBeGreaterThan(WARNING);
  expect((await server.metrics()).touches).toBeGreaterThan(0);
  for (const tab of all) expect(await tab.heard("extended")).toEqual([{ limit: "idle" }]);
});

test("I9 a tab that is opened during the warning shows it, and can answer it", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await warned([a]);
  const [late] = await tabs(1);
  await expect(late.warning).toBeVisible();
  await late.stay.click();
  await expect(a.warning).toBeHidden();
});

test("A5 A6 the warning is a modal alertdialog, described by text that stands still, with the focus on the answer @everyday", async ({
  tabs,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await a.note.focus();
  await expect(a.warning).toBeVisible();

  await expect(a.warning).toHaveAccessibleDescription(/because you've been inactive/);
  expect(await a.warning.evaluate((dialog) => dialog.matches(":modal"))).toBe(true);
  await expect(a.stay).toBeFocused();
  // Round and round: what is behind is never reached.
  for (let i = 0; i < 5; i++) {
    await a.page.keyboard.press("Tab");
    const where = await a.warning.evaluate(
      (dialog) =>
        dialog.contains((dialog.getRootNode() as ShadowRoot).activeElement) ||
        document.activeElement === document.body,
    );
    expect(where).toBe(true);
  }
  await a.stay.click();
  await expect(a.warning).toBeHidden();
  await expect(a.note).toBeFocused();
});

test("A7 Escape extends: nothing that counts down is hidden @everyday", async ({ tabs, server }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await expect(a.warning).toBeVisible();
  const { touches } = await server.metrics();
  await a.page.keyboard.press("Escape");
  await expect(a.warning).toBeHidden();
  expect(await a.status()).toBe("active");
  expect((await server.metrics()).touches).toBeGreaterThan(touches);
});

test("A10 that the session goes on is told as a status", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await a.stay.click();
  await expect(a.page.getByRole("status").filter({ hasText: "You're still signed in." })).toBeAttached();
});

test("A9 the countdown runs down, and is not read out each second", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await expect(a.warning).toBeVisible();
  const clock = a.warning.getByText(/^0:\d\d$/);
  const shown = async () => Number((await clock.textContent())?.slice(2));
  const first = await shown();
  expect(first).toBeLessThanOrEqual(WARNING / 1000);
  await expect.poll(shown, { intervals: [100] }).toBeLessThan(first);
  expect(
    await clock.evaluate((element) =>
      element.closest("[aria-live]:not([aria-live=off]), [role=alert], [role=status]"),
    ),
  ).toBeNull();
});

test("I20 when the server cannot be asked, the warning says so, stays, and can be answered again", async ({
  tabs,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await warned([a, b]);
  const { idleExpiresAt } = await a.facts();
  await server.trouble({ down: true });
  await a.stay.click();
  await expect(a.warning.getByText(/Please try again/)).toBeVisible();
  expect((await a.facts()).idleExpiresAt).toBeLessThanOrEqual(idleExpiresAt);
  await expect(b.warning).toBeVisible();

  await server.trouble({ down: false });
  await a.stay.click();
  await expect(a.warning).toBeHidden();
  await expect(b.warning).toBeHidden();
});

test("signing out from the warning", async ({ tabs }) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await a.warning.getByRole("button", { name: "Sign out" }).click();
  await a.expectClosed("here");
  await b.expectClosed("otherTab");
});

test("I21 the warning can be answered above a modal of the application", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await a.page.evaluate(() => {
    const modal = document.createElement("dialog");
    modal.setAttribute("aria-label", "Of the application");
    const input = modal.appendChild(document.createElement("input"));
    document.body.append(modal);
    modal.showModal();
    input.focus();
  });
  const own = a.page.getByRole("dialog", { name: "Of the application" });
  await expect(a.warning).toBeVisible();
  await expect(a.stay).toBeFocused();
  // A click that something lies over would not get through.
  await a.stay.click({ timeout: 3000 });
  await expect(a.warning).toBeHidden();
  await expect(own).toBeVisible();
  await expect(own.getByRole("textbox")).toBeFocused();
});

test("A1 the warning can be answered ten times and more", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await expect(a.warning).toBeVisible();
  for (let times = 1; times <= 10; times++) await a.page.evaluate(() => demo.session.extend());
  await expect(a.warning).toBeHidden();
  expect(await a.timeLeft("idle")).toBeGreaterThan(WARNING);
});
