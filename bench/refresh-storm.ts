import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Page } from "@playwright/test";
import { openTabs } from "../e2e/support/open-tabs.js";
import { asleep } from "../e2e/support/sleep.js";
import type { Served } from "./pages/page.js";
import { launch, openTab } from "./support/browser.js";
import { bundlePages } from "./support/bundle.js";
import type { Rotation } from "./support/families.js";
import { type Line, plotLines } from "./support/plot.js";
import { circumstances, publish, type Report, table } from "./support/report.js";
import { BenchServer, type Files } from "./support/server.js";
import { ratio, shown, spreadOf } from "./support/stats.js";

interface Entry {
  readonly name: string;
  /** What it is measured by. */
  readonly floor: string;
  /** The package. */
  readonly from?: string;
  readonly rotation?: Rotation;
  /** How long before the expiry it takes a token for expired, in seconds: tokens live so much longer for it. */
  readonly early?: number;
  /** How far its clock is from the truth, in ms: it counts in whole seconds. */
  readonly slack?: number;
  /** How long it may take until it refreshes by itself, in seconds. @default it does not matter */
  readonly ticks?: number;
  /** @default all scenarios */
  readonly only?: Scenario;
}

const ENTRIES: readonly Entry[] = [
  { name: "floor-cookies", floor: "floor-cookies" },
  { name: "sojourn-cookies", floor: "floor-cookies" },
  {
    name: "supertokens-website",
    from: "supertokens-website",
    floor: "floor-cookies",
    rotation: "unconfirmed",
  },
  { name: "floor-tokens", floor: "floor-tokens" },
  { name: "sojourn-memory", floor: "floor-tokens" },
  { name: "sojourn-sealed", floor: "floor-tokens", only: "401" },
  { name: "oidc-client-ts", from: "oidc-client-ts", floor: "floor-tokens" },
  { name: "auth0-spa-js", from: "@auth0/auth0-spa-js", floor: "floor-tokens", early: 60, slack: 1000 },
  {
    name: "supabase-auth-js",
    from: "@supabase/auth-js",
    floor: "floor-tokens",
    rotation: "interval",
    early: 90,
    ticks: 30,
  },
];

const SCENARIOS = {
  "401": "every tab calls the API, which refuses the access token",
  sleep: "the machine sleeps over the expiry, and every tab calls the API when it wakes",
  expiry: "nothing happens until the token has expired, then every tab calls the API",
} as const;
type Scenario = keyof typeof SCENARIOS;

export interface Settings {
  readonly tabs: readonly number[];
  readonly rounds: Readonly<Record<Scenario, number>>;
  readonly entries?: readonly string[];
}

const USUAL: Settings = { tabs: [1, 2, 5, 10, 20, 50], rounds: { "401": 3, sleep: 1, expiry: 1 } };

/** How long a token lives that is to expire, in seconds: long enough for so many tabs to take it over before. */
const short = (tabs: number) => 2 + Math.ceil(tabs / 20);
const LONG = 3600;

export interface Outcome {
  readonly name: string;
  readonly scenario: Scenario;
  readonly tabs: number;
  readonly refreshes: number[];
  readonly reuses: number[];
  /** Calls that had no answer but 401, or an error. */
  readonly failed: number[];
  /** Tabs that were not signed in any longer afterwards. */
  readonly signedOut: number[];
  /** Ms until the last tab had its answer; `Infinity` where one had none. */
  readonly last: number[];
}

/** What waits for a clock is looked at with few and with many tabs; for half a minute with few only. */
function isLeftOut({ ticks, only, from }: Entry, scenario: Scenario, tabs: number): boolean {
  if (only && only !== scenario) return true;
  if (scenario === "401") return false;
  const many = from ? [20] : [20, 50];
  return ![2, ...(ticks && scenario === "expiry" ? [] : many)].includes(tabs);
}

/** After each round of a peer most of its tabs may have to be signed in again: once will do where they are many. */
const roundsOf = ({ from }: Entry, rounds: number, tabs: number) =>
  from && tabs >= 10 ? Math.min(1, rounds) : rounds;

/** One subject, with ever more tabs. */
async function measure(browser: Browser, files: Files, entry: Entry, settings: Settings): Promise<Outcome[]> {
  const server = await BenchServer.start(files, entry.rotation);
  const { families } = server;
  const context = await browser.newContext();
  const open = () => openTab(context, server.origin, `subject=${entry.name}&margin=1`);
  const tabs: Page[] = [];
  const outcomes: Outcome[] = [];
  const { early = 0, slack = 0, ticks = 0 } = entry;

  const all = <T>(run: (page: Page) => Promise<T>) => Promise.all(tabs.map(run));
  const callAll = async () => {
    const at = Date.now() + 100 + 5 * tabs.length;
    return { at, served: await all((page) => page.evaluate((at) => serveAt(at), at)) };
  };
  /** Who is signed in gets an answer now. */
  const harmed = async () => {
    await server.quiet();
    const { served } = await callAll();
    return served.filter(({ ok }) => !ok).length;
  };
  const signIn = async () => {
    await tabs[0].evaluate(async () => void (await subject.signIn()));
    await all(async (page) => {
      if (page !== tabs[0]) await page.reload();
      await page.evaluate(() => globalThis.started);
    });
  };
  /** One tab gets a token that lives for seconds only. What follows is counted. */
  const shorten = async () => {
    families.lifetime = short(tabs.length) + early;
    families.refuseAll();
    await tabs[0].evaluate(() => serveAt(0));
    await server.quiet();
    families.lifetime = LONG;
    // Every tab has seen it.
    await callAll();
    begin();
  };

  const scenarios: Record<Scenario, () => Promise<{ at: number; served: Served[] }>> = {
    async "401"() {
      families.refuseAll();
      return callAll();
    },
    async sleep() {
      await all((page) => page.evaluate(() => serveWhenWoken()));
      await shorten();
      let at = 0;
      await asleep(browser, async () => {
        await wait(Math.max(1500, families.grantedAt + short(tabs.length) * 1000 + slack + 300 - Date.now()));
        at = Date.now();
      });
      return { at, served: await all((page) => page.evaluate(() => globalThis.served)) };
    },
    async expiry() {
      await shorten();
      const waits = Math.max(short(tabs.length), ticks) * 1000 + slack + 500;
      await wait(Math.max(0, families.grantedAt + waits - Date.now()));
      return callAll();
    },
  };

  const begin = () => Object.assign(families, { refreshes: 0, reuses: 0 });

  for (const count of settings.tabs) {
    if (tabs.length === 0) {
      tabs.push(await open());
      await signIn();
    }
    await openTabs(tabs, count, open);
    for (const scenario of Object.keys(settings.rounds) as Scenario[]) {
      const outcome: Outcome = {
        ...{ name: entry.name, scenario, tabs: count },
        ...{ refreshes: [], reuses: [], failed: [], signedOut: [], last: [] },
      };
      const rounds = isLeftOut(entry, scenario, count)
        ? 0
        : roundsOf(entry, settings.rounds[scenario], count);
      for (let round = 0; round < rounds; round++) {
        begin();
        const { at, served } = await scenarios[scenario]();
        await server.quiet();
        outcome.refreshes.push(families.refreshes);
        outcome.reuses.push(families.reuses);
        outcome.failed.push(served.filter(({ ok }) => !ok).length);
        outcome.last.push(Math.max(...served.map((it) => (it.ok ? it.at : Number.POSITIVE_INFINITY))) - at);
        const out = await harmed();
        outcome.signedOut.push(out);
        if (out > 0) await signIn();
      }
      outcomes.push(outcome);
    }
  }
  await context.close();
  await server.stop();
  return outcomes;
}

/** Counts and times of each subject, scenario and number of tabs. */
export async function collect(browser: Browser, settings: Settings): Promise<Outcome[]> {
  const files = await bundlePages("page");
  const outcomes: Outcome[] = [];
  for (const entry of ENTRIES.filter(({ name }) => settings.entries?.includes(name) ?? true)) {
    process.stderr.write(`   ${entry.name}\n`);
    outcomes.push(...(await measure(browser, files, entry, settings)));
  }
  return outcomes;
}

/** `1`, or the least and the most. */
function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least}–${most}`;
}

const HEAD = [
  "",
  "tabs",
  "refreshes",
  "reuses",
  "failed calls",
  "signed out",
  "last tab served, ms",
  "to the floor",
];

function reportOf(outcomes: readonly Outcome[], tabs: readonly number[]): Report {
  const driven = outcomes.filter(({ last }) => last.length > 0);
  const names = [...new Set(outcomes.map(({ name }) => name))];
  const floorOf = (name: string) => ENTRIES.find((entry) => entry.name === name)?.floor;
  const find = (name: string | undefined, scenario: string, count: number) =>
    driven.find((it) => it.name === name && it.scenario === scenario && it.tabs === count);

  const parts = Object.entries(SCENARIOS).map(([scenario, words]) => {
    const rows = names.flatMap((name) =>
      tabs.flatMap((count) => {
        const it = find(name, scenario, count);
        if (!it) return [];
        const last = spreadOf(it.last);
        const floor = find(floorOf(name), scenario, count);
        const counts = [it.refreshes, it.reuses, it.failed, it.signedOut].map(range);
        return [
          [name, count, ...counts, shown(last), floor ? ratio(last.median, spreadOf(floor.last).median) : ""],
        ];
      }),
    );
    return `### ${words[0].toUpperCase()}${words.slice(1)}\n\n${table(HEAD, rows)}`;
  });

  const lines = (of: (it: Outcome) => number) =>
    names.map((name): Line => {
      const points = driven.filter((it) => it.name === name && it.scenario === "401");
      return { name, points: points.map((it) => [it.tabs, of(it)] as const) };
    });
  const title = "after a 401 in every tab";
  return {
    markdown: [
      `![Refresh requests ${title}, over the number of tabs](images/bench-refreshes.svg)`,
      `![Time until the last tab is served ${title}, over the number of tabs](images/bench-served.svg)`,
      ...parts,
    ].join("\n\n"),
    plots: {
      refreshes: plotLines(
        `Refresh requests ${title}`,
        ["tabs", "requests"],
        lines((it) => spreadOf(it.refreshes).median),
      ),
      served: plotLines(
        `Until the last tab is served ${title}`,
        ["tabs", "ms"],
        lines((it) => spreadOf(it.last).median),
      ),
    },
  };
}

export async function run(): Promise<void> {
  const browser = await launch();
  const { markdown, plots } = reportOf(await collect(browser, USUAL), USUAL.tabs);
  const peers = ENTRIES.flatMap(({ from = [] }) => from);
  const how = circumstances("refresh-storm", browser, peers);
  await browser.close();
  publish("refresh-storm", { markdown: `${how}\n\n${markdown}`, plots });
}
