import { expectAll } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.use({ viewport: { width: 1400, height: 900 } });

test("the side panel shows what the session is doing, in this tab and the others", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const panel = a.page.getByRole("complementary");
  await expect(panel).toBeVisible();
  await expect(panel.getByText("active", { exact: true })).toBeVisible();
  await expect(panel.getByText(`${(await a.facts()).epoch}`)).toBeVisible();
  await tabs(2);
  await expect(panel.getByRole("heading", { name: /^Open tabs\s*3$/ })).toBeVisible({ timeout: 20_000 });
  await panel.getByRole("button", { name: "Refresh now" }).click();
  await expect.poll(() => a.sequence()).toBe(1);
  await expect(panel.getByText(/sequence 1, by this tab/)).toBeVisible();
});

test("the panel's troubles: server down and back again, and nobody is signed out", async ({ tabs }) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  const panel = a.page.getByRole("complementary");
  await panel.getByRole("button", { name: "Server down" }).click();
  expect(await b.refresh()).toBe("ERR_UNAVAILABLE");
  const banner = a.page
    .getByRole("status")
    .filter({ hasText: "The server does not answer. You stay signed in" });
  await expect(banner).toBeVisible();
  await panel.getByRole("button", { name: "Server down" }).click();
  await expect(banner).toBeHidden({ timeout: 20_000 });
  await expectAll([a, b], "active");
});
