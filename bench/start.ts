import { launch, openTab } from "./support/browser.js";
import { bundlePages } from "./support/bundle.js";
import { circumstances, publish, table } from "./support/report.js";
import { BenchServer } from "./support/server.js";
import { ratio, type Spread, shown, spreadOf } from "./support/stats.js";
import { AUTH_PEERS, KEEPERS } from "./support/subjects.js";

export interface Outcome {
  readonly name: string;
  readonly spread: Spread;
}

/** Reloads a tab in which somebody is signed in, again and again. The floor is one `get` of idb-keyval. */
export async function collect(rounds: number): Promise<{ outcomes: Outcome[]; how: string }> {
  const files = await bundlePages("page");
  const browser = await launch();
  const opened = await Promise.all(
    KEEPERS.map(async (name) => {
      const server = await BenchServer.start(files);
      const page = await openTab(await browser.newContext(), server.origin, `subject=${name}`);
      await page.evaluate(async () => void (await subject.signIn()));
      return { name, server, page, found: [] as number[] };
    }),
  );
  for (let round = 0; round <= rounds; round++)
    for (const { page, found } of opened) {
      await page.reload();
      await page.evaluate(() => globalThis.started);
      const ms = await page.evaluate(() => globalThis.known);
      if (round > 0) found.push(ms);
    }
  const outcomes = opened.map(({ name, found }) => ({ name, spread: spreadOf(found) }));
  const how = circumstances("start", browser, AUTH_PEERS);
  await browser.close();
  for (const { server } of opened) await server.stop();
  return { outcomes, how };
}

export async function run(): Promise<void> {
  const { outcomes, how } = await collect(30);
  const floor = outcomes[0].spread.median;
  const rows = outcomes.map(({ name, spread }) => [name, shown(spread), ratio(spread.median, floor)]);
  publish("start", {
    markdown: [
      how,
      table(["", "from `start()` until it is known who is signed in, ms", "to the floor"], rows),
    ].join("\n\n"),
  });
}
