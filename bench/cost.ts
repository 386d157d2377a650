import type { Page } from "@playwright/test";
import { launch, openTab } from "./support/browser.js";
import { bundlePages } from "./support/bundle.js";
import { circumstances, publish, table } from "./support/report.js";
import { BenchServer } from "./support/server.js";
import { digits, ratio, type Spread, shown, spreadOf } from "./support/stats.js";
import { AUTH_PEERS, IDLE_PEERS, WATCHERS } from "./support/subjects.js";

export interface Settings {
  readonly rounds: number;
  /** How often something is done in a round. */
  readonly events: number;
  readonly calls: number;
  readonly requests: number;
}

const USUAL: Settings = { rounds: 11, events: 20_000, calls: 20_000, requests: 100 };

interface Part {
  readonly title: string;
  readonly unit: "µs" | "ms";
  /** The first is the floor. */
  readonly entries: readonly string[];
  /** Makes a page ready, and says how what it costs is measured, in ms. */
  prepare(page: Page): Promise<void>;
  measure(page: Page, settings: Settings): Promise<number>;
  readonly query: "idle" | "subject";
}

const signedIn = async (page: Page) => {
  await page.evaluate(async () => void (await subject.signIn()));
};

const PARTS: readonly Part[] = [
  {
    title: "An activity event, over a passive listener that does nothing",
    unit: "µs",
    query: "idle",
    entries: ["listener", ...WATCHERS],
    async prepare(page) {
      // Real ones, each at a place of its own.
      await page.mouse.move(5, 5);
      await page.mouse.move(305, 205, { steps: 100 });
      await page.waitForFunction(() => globalThis.events.length > 100);
    },
    measure: (page, { events }) => page.evaluate((count) => globalThis.replay(count), events),
  },
  {
    title: "An access token, over a promise that is resolved",
    unit: "µs",
    query: "subject",
    entries: [
      "floor-fetch",
      "sojourn-memory",
      "sojourn-sealed",
      "oidc-client-ts",
      "auth0-spa-js",
      "supabase-auth-js",
    ],
    prepare: signedIn,
    // What takes a hundred times as long is asked a hundredth of that.
    measure: async (page, { calls }) => {
      const few = await page.evaluate(() => costOf("token", 20));
      return few > 0.02 ? few : page.evaluate((count) => costOf("token", count), calls);
    },
  },
  {
    title: "`getState()`, over reading a variable",
    unit: "µs",
    query: "subject",
    entries: ["floor-cookies", "sojourn-cookies"],
    prepare: signedIn,
    measure: (page, { calls }) => page.evaluate((count) => costOf("read", count), calls * 50),
  },
  {
    title: "A request to the API, over `fetch`",
    unit: "ms",
    query: "subject",
    entries: [
      "floor-fetch",
      "sojourn-cookies",
      "supertokens-website",
      "floor-tokens",
      "sojourn-memory",
      "sojourn-sealed",
      "oidc-client-ts",
      "auth0-spa-js",
      "supabase-auth-js",
    ],
    prepare: signedIn,
    measure: (page, { requests }) => page.evaluate((count) => costOf("call", count), requests),
  },
];

export interface Outcome {
  readonly title: string;
  readonly unit: "µs" | "ms";
  readonly entries: readonly { readonly name: string; readonly spread: Spread }[];
}

export async function collect(settings: Settings): Promise<{ outcomes: Outcome[]; how: string }> {
  const files = await bundlePages("page");
  const browser = await launch();
  const outcomes: Outcome[] = [];
  for (const { title, unit, query, entries, prepare, measure } of PARTS) {
    const opened = await Promise.all(
      entries.map(async (name) => {
        const server = await BenchServer.start(files);
        const context = await browser.newContext();
        const page = await openTab(
          context,
          server.origin,
          `${query}=${name}${query === "idle" ? "&watch" : ""}`,
        );
        await prepare(page);
        return { name, server, context, page, found: [] as number[] };
      }),
    );
    // In turn, so that whatever the machine does is done to all of them; the first round warms up.
    for (let round = 0; round <= settings.rounds; round++)
      for (const { page, found } of opened) {
        const ms = await measure(page, settings);
        if (round > 0) found.push(unit === "µs" ? ms * 1000 : ms);
      }
    outcomes.push({
      title,
      unit,
      entries: opened.map(({ name, found }) => ({ name, spread: spreadOf(found) })),
    });
    for (const { context, server } of opened) {
      await context.close();
      await server.stop();
    }
  }
  const how = circumstances("cost", browser, [...IDLE_PEERS, ...AUTH_PEERS]);
  await browser.close();
  return { outcomes, how };
}

export async function run(): Promise<void> {
  const { outcomes, how } = await collect(USUAL);
  const parts = outcomes.map(({ title, unit, entries }) => {
    const floor = entries[0].spread.median;
    const rows = entries.map(({ name, spread }) => [
      ...[name, shown(spread), digits(spread.median - floor)],
      ratio(spread.median, floor),
    ]);
    return `### ${title}\n\n${table(["", unit, "more than the floor", "to the floor"], rows)}`;
  });
  publish("cost", { markdown: [how, ...parts].join("\n\n") });
}
