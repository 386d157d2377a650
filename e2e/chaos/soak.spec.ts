import { createChance } from "../../src/testing/chance.js";
import { type Counts, countsOf, countWhatIsOpen } from "../support/counts.js";
import { locks } from "../support/locks.js";
import { launchPlainBrowser } from "../support/plain-browser.js";
import { expectShown } from "../support/tab.js";
import { test as base, expect, noteOnFailure, openTab } from "../support/test.js";
import { growthOf } from "../support/trend.js";
import { allTabs, expectTogether, faults, type World } from "./faults.js";

const test = base.extend<{ world: World }>({
  world: async ({ server }, use, info) => {
    const seed = process.env.SOAK_SEED ?? `${Math.floor(Math.random() * 1e9)}`;
    console.log(`soak: SOAK_SEED=${seed}`);
    const browser = await launchPlainBrowser();
    await browser.context.addInitScript(countWhatIsOpen);
    const errors: string[] = [];
    browser.context.on("weberror", (error) => errors.push(String(error.error().stack)));
    const open = () => openTab(browser.context, server.origin);
    await use({
      ...{ browser, server, chance: createChance(seed), signOuts: 0 },
      lasting: [await open(), await open()],
      passing: [await open(), await open(), await open()],
    });
    await noteOnFailure(info, browser.context, server);
    await browser.close();
    expect(errors, "F9: no uncaught error, no unhandled rejection").toEqual([]);
  },
});

// Chance may not draw that fault again at a second try.
test.describe.configure({ retries: 0 });

// Refreshes come all the time; the limits are far away.
test.use({ env: { ACCESS_LIFETIME: "6s", REQUEST_TIMEOUT: "4s" } });

/** What the test itself and the browser write down in a page. */
function forgetTheTest(): void {
  recorded.length = 0;
  performance.clearResourceTimings();
}

const WARM_UP = [
  "every tab asks for a refresh at once",
  "the reply of a rotation is lost",
  "the server cannot be reached",
  "a lasting tab is frozen over an expiry",
  "one tab signs out, and another one in",
];

const SOAK = Number(process.env.SOAK_MINUTES) * 60_000;

/** What comes and goes by itself: texts on the page, what they are made by, and bytes of what is compiled. */
const SLACK = { nodes: 50, objects: 150, heap: 1_000_000 };

test("F1 F7 F9 I-live a soak: five tabs and one fault after the other; nobody is ever signed out, and nothing piles up", async ({
  world,
  server,
}) => {
  test.setTimeout(SOAK + 180_000);
  const { lasting, chance } = world;
  const [first, second] = lasting;
  let forgotten = 0;

  async function happen(fault: string): Promise<void> {
    await test.step(fault, async () => {
      await faults[fault]?.(world);
      await expectTogether(world);
      // A power cut begins the counts anew.
      expect(await server.metrics()).toMatchObject({ reuses: 0, invalidGrants: 0 });
      for (const tab of lasting) expect(await tab.heard("ended")).toHaveLength(world.signOuts - forgotten);
    });
  }

  /** Once nothing is under way any more: all tabs show the same, garbage is gone. */
  async function settled(): Promise<Counts[]> {
    await expectTogether(world);
    await expectShown(allTabs(world), "notebook");
    // What a page has removed goes when it draws the next time.
    for (const { page } of [second, first]) {
      await page.bringToFront();
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await expect.poll(() => locks(first)).toEqual({ held: 0, pending: 0 });
    for (const { page } of lasting) await page.evaluate(forgetTheTest);
    forgotten = world.signOuts;
    return Promise.all(lasting.map(({ page }) => countsOf(page)));
  }

  await first.page.bringToFront();
  await first.signIn("ada");
  // What is loaded late is loaded, and every screen has been there once.
  for (const fault of WARM_UP) await happen(fault);
  const rounds = [await settled()];

  // Every fault in every round, in another order each time.
  const until = Date.now() + SOAK;
  let bag = Object.keys(faults);
  let count = 0;
  for (; Date.now() < until; count++) {
    const fault = chance.pick(bag as [string, ...string[]]);
    bag = bag.filter((it) => it !== fault);
    await happen(fault);
    if (bag.length > 0) continue;
    bag = Object.keys(faults);
    rounds.push(await settled());
  }
  rounds.push(await settled());
  console.log(`soak: ${count} faults in ${rounds.length - 1} rounds`);

  for (const i of lasting.keys()) {
    const measured = (what: keyof Counts) => rounds.map((round) => (round[i] as Counts)[what]);
    for (const what of ["listeners", "nodes", "objects", "heap"] as const)
      console.log(`soak: tab ${i + 1}, ${what}: ${measured(what).join(" ")}`);
    for (const what of ["documents", "channels", "databases", "listeners"] as const)
      expect.soft(growthOf(measured(what)), what).toBeLessThanOrEqual(0);
    for (const what of ["nodes", "objects", "heap"] as const)
      expect.soft(growthOf(measured(what)), what).toBeLessThan(SLACK[what]);
  }
});
