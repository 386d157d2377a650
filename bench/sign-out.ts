import type { Browser, Page } from "@playwright/test";
import { openTabs } from "../e2e/support/open-tabs.js";
import { launch, openTab } from "./support/browser.js";
import { bundlePages } from "./support/bundle.js";
import { type Line, plotLines } from "./support/plot.js";
import { circumstances, publish, table } from "./support/report.js";
import { BenchServer, type Files } from "./support/server.js";
import { ratio, shown, spreadOf } from "./support/stats.js";

const FLOOR = "floor-channel";
const ENTRIES = [FLOOR, "sojourn-cookies", "sojourn-memory", "supabase-auth-js"] as const;

export interface Settings {
  readonly tabs: readonly number[];
  readonly rounds: number;
}

const USUAL: Settings = { tabs: [2, 5, 10, 20, 50], rounds: 6 };

export interface Outcome {
  readonly name: string;
  readonly tabs: number;
  /** Ms from the call until the last of the other tabs has heard of it. */
  readonly last: number[];
}

/** Where not every tab hears of it. */
const PATIENCE = 5000;

async function measure(browser: Browser, files: Files, name: string, settings: Settings): Promise<Outcome[]> {
  const server = await BenchServer.start(files);
  const context = await browser.newContext();
  const tabs: Page[] = [];
  const outcomes: Outcome[] = [];
  const others = <T>(run: (page: Page) => Promise<T>) => Promise.all(tabs.slice(1).map(run));

  for (const count of settings.tabs) {
    await openTabs(tabs, count, () => openTab(context, server.origin, `subject=${name}`));
    const outcome: Outcome = { name, tabs: count, last: [] };
    for (let round = 0; round < settings.rounds; round++) {
      await tabs[0].evaluate(async () => void (await subject.signIn()));
      // A tab that has not heard of the sign-in could not hear of its end.
      const ready = await others((page) => page.evaluate(() => serveAtLast()));
      if (ready.includes(false)) {
        outcome.last.push(Number.POSITIVE_INFINITY);
        break;
      }
      await others((page) => page.evaluate(() => listenForEnd()));
      const at = await tabs[0].evaluate(() => endNow());
      const heard = await others((page) =>
        page.evaluate(
          (patience) =>
            Promise.race([
              globalThis.ended,
              new Promise<number>((done) => setTimeout(done, patience, Number.POSITIVE_INFINITY)),
            ]),
          PATIENCE,
        ),
      );
      outcome.last.push(Math.max(...heard) - at);
      // As an application does before anybody signs in again. What comes later would be taken for a word about that session.
      await tabs[0].evaluate(async () => void (await globalThis.signedOut));
      await server.quiet();
    }
    outcomes.push(outcome);
  }
  await context.close();
  await server.stop();
  return outcomes;
}

export async function collect(browser: Browser, settings: Settings): Promise<Outcome[]> {
  const files = await bundlePages("page");
  const outcomes: Outcome[] = [];
  for (const name of ENTRIES) outcomes.push(...(await measure(browser, files, name, settings)));
  return outcomes;
}

export async function run(): Promise<void> {
  const browser = await launch();
  const outcomes = await collect(browser, USUAL);
  const how = circumstances("sign-out", browser, ["@supabase/auth-js"]);
  await browser.close();

  const floorAt = (tabs: number) => outcomes.find((it) => it.name === FLOOR && it.tabs === tabs);
  const rows = outcomes.map(({ name, tabs, last }) => {
    const spread = spreadOf(last);
    return [name, tabs, shown(spread), ratio(spread.median, spreadOf(floorAt(tabs)?.last ?? []).median)];
  });
  const lines = ENTRIES.map((name): Line => {
    const points = outcomes.filter((it) => it.name === name);
    return { name, points: points.map(({ tabs, last }) => [tabs, spreadOf(last).median] as const) };
  });
  publish("sign-out", {
    markdown: [
      how,
      "![Time until the last tab has heard of a sign-out](images/bench-sign-out.svg)",
      table(["", "tabs", "last tab has heard, ms", "to the floor"], rows),
    ].join("\n\n"),
    plots: {
      "sign-out": plotLines("Until the last tab has heard of a sign-out", ["tabs", "ms"], lines),
    },
  });
}
