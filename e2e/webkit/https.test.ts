import { expectAll } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.override({ https: true, env: { ACCESS_LIFETIME: "5s" } });

test("C1 F1 over https everything lives in Secure cookies with the __Host- prefix, over expiries and to the sign-out", async ({
  open,
  server,
}) => {
  const a = await open();
  const b = await open();
  expect(await a.run(() => location.protocol)).toBe("https:");
  await a.signIn("ada");
  await expectAll([a, b], "active");

  const cookies = () => a.page.in((driver) => driver.manage().getCookies());
  const names = (await cookies()).map(({ name }) => name.replace(/[.\d]+$/, "")).sort();
  expect(names).toEqual(["__Host-rt", "__Host-sid"]);
  for (const cookie of await cookies())
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: "Strict", path: "/" });

  await expect.poll(async () => (await b.facts()).sequence).toBeGreaterThan(0);
  await b.click("button", "Sign out");
  await b.expectClosed("here");
  await a.expectClosed("otherTab");
  await expect.poll(cookies).toEqual([]);
  const { refreshRequests, refreshes, reuses } = await server.metrics();
  expect({ refreshRequests, reuses }).toEqual({ refreshRequests: refreshes, reuses: 0 });
});
