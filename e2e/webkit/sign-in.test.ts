import { people } from "../support/words.js";
import { expectAll } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test("I4 signing in in one window opens the notebook in all, also in a tab that nobody sees", async ({
  open,
  server,
}) => {
  const a = await open();
  const b = await open();
  const hidden = await open("tab");
  expect(await hidden.visibility()).toBe("hidden");

  await a.signIn("ada");

  await expectAll([a, b, hidden], "active");
  for (const tab of [b, hidden]) {
    await tab.expectToSee("textbox", "Note");
    expect(await tab.text()).toContain(people.ada.name);
  }
  expect((await server.metrics()).signIns).toBe(1);
});

test("C1 S11 no script can read the session's cookies, and web storage stays empty", async ({ open }) => {
  const a = await open();
  await a.signIn("ada");
  const cookies = await a.page.in((driver) => driver.manage().getCookies());
  expect(cookies.map(({ name }) => name.replace(/\d+/, "EPOCH")).sort()).toEqual(["rt.EPOCH.1", "sid"]);
  for (const cookie of cookies)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await a.run(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual([
    "",
    0,
    0,
  ]);
});
