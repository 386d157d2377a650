import { expectAll } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.override({ env: { ACCESS_LIFETIME: "5s" } });

test("F1 T3 F21 two windows and three hidden tabs make one refresh for each expiry", async ({
  open,
  server,
}) => {
  const a = await open();
  const all = [a, await open(), await open("tab"), await open("tab"), await open("tab")];
  await a.signIn("ada");
  await expectAll(all, "active");

  const counts = async () => {
    const sequences = await Promise.all(all.map(async (tab) => (await tab.facts()).sequence));
    const { refreshRequests, refreshes, replays, reuses } = await server.metrics();
    const most = Math.max(...sequences);
    return {
      enough: most >= 2,
      behind: most - Math.min(...sequences),
      refreshRequests: refreshRequests - most,
      refreshes: refreshes - most,
      replays,
      reuses,
    };
  };
  const exactly = { enough: true, behind: 0, refreshRequests: 0, refreshes: 0, replays: 0, reuses: 0 };
  await expect.poll(counts, { timeout: 40_000 }).toEqual(exactly);
  await expectAll(all, "active");
  for (const tab of all) expect(await tab.heard("ended")).toEqual([]);
});
