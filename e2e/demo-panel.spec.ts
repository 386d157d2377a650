import { builds, expectAll } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

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

test("the developer tools are loaded when they are first opened, in every build", async ({ context }) => {
  const loaded: string[] = [];
  context.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  for (const path of Object.values(builds)) {
    const a = await openTab(context, path);
    if (path === builds.vanilla) await a.signIn("ada");
    await expect(a.note).toBeVisible();
    const tools = a.page.getByRole("region", { name: "Developer tools" });
    const button = a.page.getByRole("button", { name: "Developer tools" });
    await expect(tools).toBeHidden();
    expect(loaded.filter((it) => /devtools/.test(it))).toEqual([]);

    await button.click();
    await expect(tools.getByText("active", { exact: true })).toBeVisible();
    expect(loaded.filter((it) => /devtools/.test(it))).toHaveLength(1);
    expect(await a.refresh()).toBe("ok");
    await expect(tools.getByText("event “refreshed”").first()).toBeVisible();

    await button.click();
    await expect(tools).toBeHidden();
    await a.page.close();
    loaded.length = 0;
  }
});
