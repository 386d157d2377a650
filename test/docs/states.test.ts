// @vitest-environment node
import { createWorld, type Tab, type World } from "sojourn/testing";
import { expect, test } from "vitest";
import { MINUTE, outcome } from "../session/support.js";
import { readPage } from "./blocks.js";

/** The changes of status that the page says there are, `active → warning`, and whether they are said to be rare. */
const told = new Map<string, boolean>(
  [
    ...readPage("docs/how-it-works.md").matchAll(/^\| (`[\w-]+`(?:, `[\w-]+`)*) \| `([\w-]+)` \| (rare:)?/gm),
  ].flatMap(([, from = "", to, rare]) =>
    from.split(", ").map((one) => [`${one.replaceAll("`", "")} → ${to}`, !!rare] as const),
  ),
);

/** What can happen to a tab, and to all. */
const deeds: ((tab: Tab, world: World, chance: () => number) => unknown)[] = [
  (tab) => tab.life === "running" && tab.activity(),
  (tab) => tab.life === "running" && tab.signIn("ada"),
  (tab, _world, chance) => tab.life === "running" && chance() < 0.3 && tab.signIn("bob"),
  (tab) => outcome(tab.session.start()),
  (tab) => outcome(tab.session.extend()),
  (tab) => outcome(tab.session.logout()),
  (tab, _world, chance) => tab.setOffline(chance() < 0.3),
  (tab) => (tab.life === "frozen" ? tab.resume() : tab.freeze()),
  (_tab, world) => world.server.revoke(),
];

/** Every change of status in a world that is played at random. */
async function play(seed: number): Promise<Set<string>> {
  const world = createWorld({ seed });
  let last = seed;
  const chance = () => {
    last = (last * 1_103_515_245 + 12_345) % 2_147_483_648;
    return last / 2_147_483_648;
  };
  const seen = new Set<string>();
  const open = () => {
    const tab = world.tab();
    let before = tab.session.getState().status;
    tab.session.subscribe(({ status }) => {
      if (status !== before) seen.add(`${before} → ${status}`);
      before = status;
    });
    void tab.session.start();
    return tab;
  };
  const tabs = [open(), open()];
  for (let step = 0; step < 60; step++) {
    const which = Math.floor(chance() * tabs.length);
    if (chance() < 0.1) {
      tabs[which].close();
      tabs[which] = open();
    }
    // The browser is closed, and opened again after a while.
    if (chance() < 0.05) {
      for (const tab of tabs) tab.close();
      await world.advance(chance() * 30 * MINUTE);
      tabs.splice(0, 2, open(), open());
    }
    const deed = deeds[Math.floor(chance() * deeds.length)];
    await deedDone(deed(tabs[which], world, chance), world);
    if (chance() < 0.1) await world.sleep(chance() * 30 * MINUTE);
    await world.advance(chance() * 14 * MINUTE);
  }
  return seen;
}

/** What fails, fails in the page: only the states matter here. */
const deedDone = async (deed: unknown, world: World) => {
  if (deed instanceof Promise) deed.catch(() => {});
  await world.advance(1000);
};

test("the changes of status that are drawn are those that there are", { timeout: 120_000 }, async () => {
  const seen = new Set<string>();
  const missing = () => [...told].filter(([change, rare]) => !rare && !seen.has(change));
  for (let seed = 1; seed <= 10 || (missing().length > 0 && seed <= 100); seed++)
    for (const change of await play(seed)) seen.add(change);
  expect([...seen].filter((change) => !told.has(change))).toEqual([]);
  expect(missing()).toEqual([]);
});
