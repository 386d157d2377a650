import { everything } from "./support/everything.js";
import { endedOnServer, logIn } from "./support/profile.js";
import { expectAll, people } from "./support/tab.js";
import { expect, test } from "./support/test.js";

const draft = "N6: call the lab before the round";

test.describe("after an idle end", () => {
  test.use({ env: { IDLE_TIMEOUT: "6s", IDLE_WARNING: "1s" } });

  test("I4 A4 the same user signs in again: every tab resumes in place, with the draft", async ({ tabs }) => {
    const all = await tabs(3);
    const [a, b, c] = all;
    await a.signIn("ada");
    for (const { page } of all) await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
    await a.write(draft);
    for (const tab of all) await tab.expectClosed("idle");

    await b.signIn("ada");

    await expectAll(all, "active");
    for (const tab of all) {
      await expect(tab.note).toHaveValue(draft);
      expect(await tab.page.evaluate(() => "sameDocument" in globalThis)).toBe(true);
    }
    expect(await a.heard("started")).toHaveLength(2);
    expect(await c.heard("started")).toHaveLength(2);
  });

  test("A4 work that could not be saved in time is there for the same user", async ({ tabs, server }) => {
    const [a] = await tabs(1);
    await a.signIn("ada");
    await server.trouble({ down: true });
    await a.note.fill(draft);
    await a.expectClosed("idle", 15_000);
    await server.trouble({ down: false });
    await a.signIn("ada");
    await expect(a.note).toHaveValue(draft);
  });

  test("I4 A4 another user signs in: the other tabs say so, and show nothing of the first one's work @everyday", async ({
    tabs,
  }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await a.write(draft);
    await a.expectClosed("idle");
    await b.expectClosed("idle");

    await b.signIn("alan");
    await expect(b.note).toHaveValue("");
    await expect(b.page.getByText(people.alan.name).first()).toBeVisible();

    await a.expectClosed("replaced");
    expect(await a.state()).toMatchObject({ status: "ended", reason: "replaced" });
    expect(await a.call()).toBe("ERR_SESSION_ENDED");
    await a.continueButton.click();
    await expect(a.page.getByText(people.alan.name).first()).toBeVisible();
    await expect(a.note).toHaveValue("");
    for (const { page } of [a, b]) expect(await page.evaluate(everything)).not.toContain(draft);

    await a.signOutButton.click();
    await a.expectClosed("here");
    await a.signIn("ada");
    await expect(a.note).toHaveValue(draft);
  });
});

test("I4 I-mix another user signs in behind a living session: it is replaced in every tab that held it", async ({
  tabs,
  context,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await a.write(draft);
  await expectAll([a, b], "active");

  // Another application of this origin, in the same browser.
  await logIn(context, "alan");
  await b.page.reload();

  await expect(b.page.getByText(people.alan.name).first()).toBeVisible();
  await expect(b.note).toHaveValue("");
  await a.expectClosed("replaced");
  expect(await a.page.evaluate(everything)).not.toContain(draft);
});

test("S13 a session of somebody else, on another computer, is none of this one's business", async ({
  tabs,
  browser,
  server,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const elsewhere = await browser.newContext({ baseURL: server.origin });
  await logIn(elsewhere, "ada");
  await elsewhere.request.post("/logout", { headers: { "X-Sojourn": "1" } });
  await endedOnServer(elsewhere, "none");
  expect(await a.call()).toBe(200);
  expect(await a.status()).toBe("active");
  await elsewhere.close();
});
