import { expect, test } from "./support/test.js";

test.describe("when nobody does anything", () => {
  test.override({ env: { IDLE_TIMEOUT: "5s", IDLE_WARNING: "1s", ABSOLUTE_TIMEOUT: "10m" } });

  test("I22 F21 S6 the session ends in what can be seen and in what cannot, and each says why", async ({
    open,
    server,
  }) => {
    const a = await open();
    const hidden = await open("tab");
    expect(await hidden.visibility()).toBe("hidden");
    await a.signIn("ada");
    const cookies = await a.page.in((driver) => driver.manage().getCookies());
    for (const tab of [a, hidden]) {
      await tab.expectClosed("idle");
      expect(await tab.state()).toMatchObject({ status: "ended", reason: "idle" });
      expect(await tab.heard("ended")).toHaveLength(1);
    }
    const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    expect((await fetch(`${server.origin}/api/notes`, { headers: { Cookie } })).status).toBe(401);
  });
});

test("F27 I22 signing out in one window closes all, and the others say where it came from", async ({
  open,
  server,
}) => {
  const a = await open();
  const b = await open();
  const hidden = await open("tab");
  await a.signIn("ada");
  await b.expectToSee("textbox", "Note");

  await b.click("button", "Sign out");

  await b.expectClosed("here");
  for (const tab of [a, hidden]) {
    await tab.expectClosed("otherTab");
    expect(await tab.state()).toMatchObject({ reason: "logout", origin: "other-tab" });
  }
  await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
});
