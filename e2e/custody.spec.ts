import { chunk } from "./support/chunk.js";
import { signInByCode } from "./support/code-flow.js";
import { openTabs } from "./support/open-tabs.js";
import { expectAll, people, type Tab } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

const modes = ["memory", "sealed", "worker", "dedicated-worker"] as const;
/** A page whose tokens are in a worker never has one. */
const inPage = ["memory", "sealed"];

const tokenOf = ({ page }: Tab) =>
  page.evaluate(() => demo.session.getAccessToken().catch((error) => error.code as string));
const tokensOf = async (tabs: readonly Tab[]) => [...new Set(await Promise.all(tabs.map(tokenOf)))];

for (const mode of modes)
  test.describe(`tokens: ${mode}`, () => {
    test.use({ env: { ACCESS_LIFETIME: "20s" } });
    const path = `/oauth-app/?tokens=${mode}`;

    test("F1 20 tabs over an access expiry: exactly one refresh, and all have the new token", async ({
      context,
      server,
    }) => {
      const first = await openTab(context, path);
      await signInByCode(first);
      const tabs = [first];
      await openTabs(tabs, 20, () => openTab(context, path));
      await expectAll(tabs, "active");
      const [before, ...others] = await tokensOf(tabs);
      expect(others).toEqual([]);
      if (!inPage.includes(mode)) expect(before).toBe("ERR_NO_CREDENTIAL");
      const sequence = await first.sequence();
      // A lifetime may have just begun.
      await expect.poll(() => first.sequence(), { timeout: 30_000 }).toBeGreaterThan(sequence);
      const after = await tokensOf(tabs);
      expect(after).toHaveLength(1);
      if (inPage.includes(mode)) expect(after[0]).not.toBe(before);
      // Each refresh raises the sequence by one: there was none that did not.
      await expect
        .poll(async () => (await server.metrics()).refreshRequests - (await first.sequence()))
        .toBe(0);
      expect(await server.metrics()).toMatchObject({ reuses: 0, replays: 0 });
      // Every one of them can use it.
      const replies = await Promise.all(tabs.map((tab) => tab.call("/oauth/userinfo")));
      expect(new Set(replies)).toEqual(new Set([200]));
    });

    test("a reload beside another tab costs no refresh; a sign-out anywhere ends it in both @everyday", async ({
      context,
      server,
    }) => {
      const first = await openTab(context, path);
      await signInByCode(first);
      const second = await openTab(context, path);
      const held = await tokenOf(first);
      await first.page.reload();
      await expect(first.page.getByText(`${people.ada.name} is signed in.`)).toBeVisible();
      await expectAll([first, second], "active");
      expect(await tokensOf([first, second])).toEqual([held]);
      expect(await server.metrics()).toMatchObject({ refreshRequests: 0, codeExchanges: 1 });
      await second.page.getByRole("button", { name: "Sign out" }).click();
      await expectAll([first, second], "ended");
      await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
      await first.page.reload();
      await expect(first.signInButton).toBeVisible();
      expect(await first.status()).toBe("signed-out");
    });
  });

test("a page loads the way of keeping tokens that it asks for, and none where a cookie is enough", async ({
  context,
}) => {
  const loaded: string[] = [];
  context.on("request", (request) => {
    const part = chunk("hand-over", "sealed", "in-worker", "cipher").exec(new URL(request.url()).pathname);
    if (part?.[1]) loaded.push(part[1]);
  });
  const parts = async (path: string) => {
    loaded.length = 0;
    const tab = await openTab(context, path);
    await (path === "/" ? tab.signIn() : signInByCode(tab));
    await tab.page.close();
    return [...new Set(loaded)].sort();
  };
  expect(await parts("/")).toEqual([]);
  expect(await parts("/oauth-app/?tokens=memory")).toEqual(["cipher", "hand-over"]);
  expect(await parts("/oauth-app/?tokens=sealed")).toEqual(["cipher", "hand-over", "sealed"]);
  expect(await parts("/oauth-app/?tokens=worker")).toEqual(["in-worker"]);
});

test("sealed: a reload of the only tab asks the server nothing @everyday", async ({ context, server }) => {
  const tab = await openTab(context, "/oauth-app/?tokens=sealed");
  await signInByCode(tab);
  const held = await tokenOf(tab);
  await tab.page.reload();
  await expect(tab.page.getByText(`${people.ada.name} is signed in.`)).toBeVisible();
  expect(await tokenOf(tab)).toBe(held);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 0, codeExchanges: 1 });
});

test("memory: a reload of the only tab leaves nobody signed in where nothing but the page had the tokens", async ({
  context,
}) => {
  const tab = await openTab(context, "/oauth-app/?tokens=memory");
  await signInByCode(tab);
  await tab.page.reload();
  await expect(tab.signInButton).toBeVisible();
  expect(await tab.status()).toBe("signed-out");
});
