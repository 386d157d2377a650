import { cookieHeader } from "./support/profile.js";
import { expectAll } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.use({
  env: { IDLE_TIMEOUT: "12s", IDLE_WARNING: "1s", ABSOLUTE_TIMEOUT: "12s", ACCESS_LIFETIME: "3s" },
});

test("S2 nothing moves the absolute limit: neither work nor refreshes nor asking to stay @everyday", async ({
  tabs,
  context,
  server,
}) => {
  const all = await tabs(3);
  const [a, b] = all;
  await a.signIn("ada");
  const cookies = await cookieHeader(context);
  const { absoluteExpiresAt } = await b.facts();

  await expect
    .poll(
      async () => {
        await b.move();
        await b.page.evaluate(() => demo.session.extend().catch(() => {}));
        return b.status();
      },
      { intervals: [300], timeout: 30_000 },
    )
    .toBe("ended");

  for (const tab of all) await tab.expectClosed("absolute");
  for (const tab of all) expect(await tab.state()).toMatchObject({ status: "ended", reason: "absolute" });
  expect((await server.metrics()).refreshes).toBeGreaterThan(0);
  // The server's last word may set it right by what the clocks differ.
  expect((await b.facts()).absoluteExpiresAt).toBeLessThan(absoluteExpiresAt + 1000);
  expect((await fetch(`${server.origin}/session`, { headers: { Cookie: cookies } })).status).toBe(401);
});

test("A2 its warning has its own words, offers no extension, and can be put away", async ({ tabs }) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await expect(a.absoluteWarning).toBeVisible();
  await expect(b.absoluteWarning).toBeVisible();
  await expect(a.absoluteWarning).toHaveAccessibleDescription(/can't be extended/);
  await expect(a.absoluteWarning.getByRole("button", { name: "Stay signed in" })).toBeHidden();
  expect(
    await a.page.evaluate(() => demo.session.extend().catch((error: { code: string }) => error.code)),
  ).toBe("ERR_NOT_EXTENDABLE");

  await a.absoluteWarning.getByRole("button", { name: "OK" }).click();
  await expect(a.absoluteWarning).toBeHidden();
  await expect(b.absoluteWarning).toBeVisible();
  await expectAll([a, b], "warning");
  await a.expectClosed("absolute");
});
