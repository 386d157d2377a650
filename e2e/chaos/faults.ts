import type { Chance } from "../../src/testing/chance.js";
import { type PlainBrowser, setFrozen } from "../support/plain-browser.js";
import { peeker } from "../support/profile.js";
import type { DemoServer } from "../support/server.js";
import { asleep } from "../support/sleep.js";
import { expectAll, type Tab } from "../support/tab.js";
import { expect, openTab } from "../support/test.js";

/** Two tabs that outlive everything, others that do not, one browser, one server. */
export interface World {
  readonly browser: PlainBrowser;
  readonly server: DemoServer;
  readonly chance: Chance;
  readonly lasting: readonly [Tab, Tab];
  /** Faults may replace them. */
  passing: [Tab, Tab, Tab];
  /** How often somebody signed out on purpose. */
  signOuts: number;
}

export const allTabs = ({ lasting, passing }: World): Tab[] => [...lasting, ...passing];

const anyOf = ({ chance, passing, lasting }: World): Tab => chance.pick([...lasting, ...passing]);

/** One of those that may be lost, and the places of the others. */
function victimOf(world: World): { victim: Tab; place: number; others: Tab[] } {
  const place = world.chance.pick([0, 1, 2]);
  const victim = world.passing[place] as Tab;
  return { victim, place, others: allTabs(world).filter((tab) => tab !== victim) };
}

async function replace(world: World, place: number): Promise<void> {
  world.passing[place] = await openTab(world.browser.context, world.server.origin);
}

async function refreshArrived({ server }: World, before: number): Promise<void> {
  await expect.poll(async () => (await server.metrics()).refreshRequests).toBeGreaterThan(before);
}

/** A tab is lost while it refreshes, and the others go on. */
async function loseWhileRefreshing(world: World, lose: (victim: Tab) => Promise<unknown>): Promise<void> {
  const { victim, place, others } = victimOf(world);
  const before = (await world.server.metrics()).refreshRequests;
  await world.server.trouble({ slowMs: 700 });
  victim.refresh().catch(() => {});
  await refreshArrived(world, before);
  await lose(victim);
  expect(await world.chance.pick(others as [Tab, ...Tab[]]).refresh()).toBe("ok");
  await world.server.trouble({ slowMs: 0 });
  await replace(world, place);
}

/** What can happen. Each ends with nothing broken any more; whether everybody noticed is for the caller to see. */
export const faults: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async "every tab asks for a refresh at once"(world) {
    const answers = await Promise.all(allTabs(world).map((tab) => tab.refresh()));
    expect(answers).toEqual(answers.map(() => "ok"));
  },
  async "the reply of a rotation is lost"(world) {
    await world.server.trouble({ loseNextReply: world.chance.pick<true | "half">([true, "half"]) });
    expect(await anyOf(world).refresh()).toBe("ok");
  },
  async "a gateway loses the reply of a rotation"(world) {
    await world.server.trouble({ loseNextReply: "gateway" });
    await anyOf(world).refresh();
  },
  async "the server has no time"(world) {
    const status = { status: world.chance.pick([429, 503]), retryAfter: 1, count: 1 };
    await world.server.trouble({ status });
    await anyOf(world).refresh();
  },
  async "a gateway answers with a page"(world) {
    await world.server.trouble({ status: { status: world.chance.pick([200, 403, 502]), body: "html" } });
    await anyOf(world).refresh();
  },
  async "the server is slow"(world) {
    await world.server.trouble({ slowMs: 900 });
    const answers = await Promise.all([anyOf(world).refresh(), anyOf(world).call()]);
    expect(answers).toEqual(["ok", 200]);
    await world.server.trouble({ slowMs: 0 });
  },
  async "the server cannot be reached"(world) {
    await world.server.trouble({ down: true });
    expect(await anyOf(world).refresh()).toBe("ERR_UNAVAILABLE");
    await world.server.trouble({ down: false });
  },
  async "the power fails between a rotation and its reply"(world) {
    await world.server.trouble({ dieNextRotation: true });
    await Promise.all([world.server.died(), anyOf(world).refresh()]);
    await world.server.start();
  },
  async "the network is gone for a while"(world) {
    const { context } = world.browser;
    await context.setOffline(true);
    const { refreshRequests } = await world.server.metrics();
    // What was under way before may still come through, and serves all.
    expect(["ok", "ERR_UNAVAILABLE"]).toContain(await anyOf(world).refresh());
    expect((await world.server.metrics()).refreshRequests).toBe(refreshRequests);
    await context.setOffline(false);
  },
  async "a tab is reloaded"(world) {
    const { victim } = victimOf(world);
    await victim.page.reload();
    await expect(victim.note).toBeVisible({ timeout: 30_000 });
  },
  async "a tab is closed while it refreshes"(world) {
    await loseWhileRefreshing(world, ({ page }) => page.close());
  },
  async "a tab crashes while it refreshes"(world) {
    await loseWhileRefreshing(world, async ({ page }) => {
      const crashed = page.waitForEvent("crash");
      page.goto("chrome://crash").catch(() => {});
      await crashed;
      await page.close();
    });
  },
  async "a tab is frozen while it refreshes"(world) {
    const { victim, others } = victimOf(world);
    await (others[0] as Tab).page.bringToFront();
    const before = (await world.server.metrics()).refreshRequests;
    await world.server.trouble({ slowMs: 700 });
    await victim.page.evaluate(() => {
      demo.session.refresh().catch(() => {});
    });
    await refreshArrived(world, before);
    await setFrozen(victim.page, true);
    expect(await world.chance.pick(others as [Tab, ...Tab[]]).refresh()).toBe("ok");
    await world.server.trouble({ slowMs: 0 });
    await setFrozen(victim.page, false);
  },
  async "a lasting tab is frozen over an expiry"(world) {
    const [first, second] = world.lasting;
    await first.page.bringToFront();
    await setFrozen(second.page, true);
    const from = await first.sequence();
    await expect.poll(() => first.sequence(), { timeout: 30_000 }).toBeGreaterThan(from);
    await setFrozen(second.page, false);
  },
  async "all tabs sleep over an expiry"(world) {
    const told = await peeker(world.browser.context, world.server.origin);
    const expired = () => expect.poll(async () => (await told()).accessExpiresIn).toBe(0);
    await asleep(world.browser.devtools, expired);
  },
  async "somebody clears the site's data"(world) {
    const { page } = anyOf(world);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Storage.clearDataForOrigin", {
      origin: world.server.origin,
      storageTypes: "indexeddb",
    });
    await cdp.detach();
    expect(await anyOf(world).refresh()).toBe("ok");
  },
  async "one tab signs out, and another one in"(world) {
    const all = allTabs(world);
    const [out, back] = [anyOf(world), anyOf(world)];
    await out.page.bringToFront();
    await out.signOutButton.click();
    await expectAll(all, "ended");
    for (const tab of all) await tab.expectClosed(tab === out ? "here" : "otherTab");
    world.signOuts++;
    await back.page.bringToFront();
    await back.signIn("ada");
  },
};

/** Everybody is signed in again, sees the notebook and has the same credential. */
export async function expectTogether(world: World): Promise<void> {
  const all = allTabs(world);
  await expectAll(all, "active", 40_000);
  const apart = async () => {
    const sequences = await Promise.all(all.map((tab) => tab.sequence()));
    return Math.max(...sequences) - Math.min(...sequences);
  };
  await expect.poll(apart, { timeout: 40_000 }).toBe(0);
  const troubled = async () =>
    (await Promise.all(all.map((tab) => tab.state()))).filter(({ connection }) => connection !== "ok").length;
  await expect.poll(troubled, { timeout: 40_000 }).toBe(0);
}
