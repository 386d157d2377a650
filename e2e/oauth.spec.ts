import { signInByCode } from "./support/code-flow.js";
import { expectAll } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

const PAGE = "/oauth-app/";

test.describe("short access tokens", () => {
  test.use({ env: { ACCESS_LIFETIME: "6s" } });

  test("S10 S11 T3 by the code flow: signs in, calls the API, refreshes once at expiry, signs out", async ({
    context,
    server,
  }) => {
    const tab = await openTab(context, PAGE);
    const { page } = tab;
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    await signInByCode(tab);
    expect(new URL(page.url()).search, "the code is gone from the address").toBe("");

    await page.getByRole("button", { name: "Call the API" }).click();
    await expect(page.getByRole("status").getByText(/^The API said/)).toHaveText(
      /^The API said 200: .*Ada Lovelace/,
    );

    const kept = await page.evaluate(() => demo.session.getAccessToken());
    await expect.poll(() => tab.sequence()).toBe(1);
    expect(await tab.call("/oauth/userinfo")).toBe(200);
    expect(await server.metrics()).toMatchObject({
      ...{ codeExchanges: 1, refreshRequests: 1, refreshes: 1, reuses: 0, invalidTokens: 0 },
    });
    const fresh = await page.evaluate(() => demo.session.getAccessToken());
    expect(fresh).not.toBe(kept);
    for (const url of urls) for (const token of [kept, fresh]) expect(url).not.toContain(token);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);

    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(tab.signInButton).toBeVisible();
    await expectAll([tab], "ended");
    await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
    const replay = await fetch(`${server.origin}/oauth/userinfo`, {
      headers: { Authorization: `Bearer ${fresh}` },
    });
    expect(replay.status).toBe(401);
  });
});
