import { cookieHeader } from "./support/profile.js";
import { expectAll, people } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test("I4 signing in in one tab opens the notebook in all, without a reload @everyday", async ({
  tabs,
  server,
}) => {
  const all = await tabs(3);
  const [a, ...others] = all;
  for (const tab of all) await expect(tab.username).toBeVisible();
  for (const { page } of all) await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));

  await a.signIn("ada");

  await expectAll(all, "active");
  for (const { page, note } of others) {
    await expect(note).toBeVisible();
    await expect(page.getByText(people.ada.name).first()).toBeVisible();
    expect(await page.evaluate(() => "sameDocument" in globalThis)).toBe(true);
  }
  expect((await server.metrics()).signIns).toBe(1);
});

test("a tab that is opened later is signed in too", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const [b] = await tabs(1);
  await expect(b.note).toBeVisible();
  expect((await b.facts()).epoch).toBe((await a.facts()).epoch);
});

test("a wrong password says so and signs nobody in", async ({ tabs, server }) => {
  const [a] = await tabs(1);
  await a.username.fill("ada");
  await a.password.fill("byron");
  await a.signInButton.click();
  await expect(a.page.getByRole("alert")).toHaveText(/do not match/);
  expect(await a.status()).toBe("signed-out");
  expect((await server.metrics()).signIns).toBe(0);
  await a.signIn("ada");
});

test("S4 S5 every sign-in gets a new session id; the one that was there before is dead", async ({
  tabs,
  context,
  server,
}) => {
  const planted = "planted-by-somebody-who-waits-for-a-sign-in";
  await context.addCookies([{ name: "sid", value: planted, url: server.origin }]);
  const [a] = await tabs(1);
  await a.signIn("ada");
  const first = await cookieHeader(context);
  expect(first).not.toContain(planted);

  await a.signOutButton.click();
  await a.expectClosed("here");
  await a.signIn("ada");
  expect(await cookieHeader(context)).not.toBe(first);
  const reply = await fetch(`${server.origin}/session`, { headers: { Cookie: first } });
  expect(reply.status).toBe(401);
});

test("C1 no script can read the session's cookies @everyday", async ({ tabs, context }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const cookies = await context.cookies();
  expect(cookies.map(({ name }) => name.replace(/\d+/, "EPOCH")).sort()).toEqual(["rt.EPOCH.1", "sid"]);
  for (const cookie of cookies)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await a.page.evaluate(() => document.cookie)).toBe("");
});

test("A12 the sign-in allows paste and password managers", async ({ tabs }) => {
  const [a] = await tabs(1);
  await expect(a.username).toHaveAttribute("autocomplete", "username");
  await expect(a.password).toHaveAttribute("autocomplete", "current-password");

  const { keyboard } = a.page;
  await a.username.fill("lovelace");
  await a.username.press("ControlOrMeta+a");
  await a.username.press("ControlOrMeta+x");
  await a.password.focus();
  await keyboard.press("ControlOrMeta+v");
  await expect(a.password).toHaveValue("lovelace");
  await a.username.fill("ada");
  await keyboard.press("Enter");
  await expect(a.note).toBeVisible();
});
