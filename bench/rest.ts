import { setTimeout as wait } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { type Counts, countsOf } from "../e2e/support/counts.js";
import { launchPlainBrowser } from "../e2e/support/plain-browser.js";
import { launch, openTab } from "./support/browser.js";
import { bundlePages } from "./support/bundle.js";
import { circumstances, publish, table } from "./support/report.js";
import { BenchServer, type Files } from "./support/server.js";
import { AUTH_PEERS, IDLE_PEERS, KEEPERS, WATCHERS } from "./support/subjects.js";

export interface Settings {
  readonly seconds: number;
  readonly events: number;
  readonly refreshes: number;
}

const USUAL: Settings = { seconds: 60, events: 10_000, refreshes: 1000 };

/** What a page did in that time. */
export interface Rest {
  readonly timers: number;
  readonly messages: number;
  readonly writes: number;
  readonly requests: number;
}

interface Opened {
  readonly name: string;
  readonly server: BenchServer;
  readonly page: Page;
}

async function open(context: BrowserContext, files: Files, query: string, name: string): Promise<Opened> {
  const server = await BenchServer.start(files);
  server.refreshTakes = 0;
  const page = await openTab(context, server.origin, `${query}=${name}&watch`);
  if (query === "subject") await page.evaluate(async () => void (await subject.signIn()));
  return { name, server, page };
}

/** Opens all of them, each on an origin of its own. Returns what lets them be, and looks what they do. */
async function atRest(context: BrowserContext, files: Files, seconds: number, hidden: boolean) {
  const opened: Opened[] = [];
  for (const name of WATCHERS) opened.push(await open(context, files, "idle", name));
  for (const name of KEEPERS) opened.push(await open(context, files, "subject", name));
  if (hidden) await (await context.newPage()).bringToFront();
  // What belongs to the start is over.
  await wait(3000);
  const look = () =>
    Promise.all(
      opened.map(async ({ page, server }) => ({
        ...(await page.evaluate(() => ({ ...globalThis.done }))),
        requests: server.requests,
      })),
    );
  return async () => {
    const before = await look();
    await wait(seconds * 1000);
    const after = await look();
    const found = new Map<string, Rest>();
    for (const [i, { name, server }] of opened.entries()) {
      const did = (what: keyof Rest) => after[i][what] - before[i][what];
      found.set(name, {
        ...{ timers: did("timers"), messages: did("messages") },
        ...{ writes: did("writes"), requests: did("requests") },
      });
      await server.stop();
    }
    return found;
  };
}

export interface Growth {
  readonly name: string;
  readonly before: Counts;
  /** What is made once only is there by then: what grows in the second half goes on growing. */
  readonly halfway: Counts;
  readonly after: Counts;
}

/**
 * What a page holds before and after so many events, or refreshes. All of them side by side, for most of it is waiting;
 * each with a jar of its own, for cookies are the same on all ports.
 */
function growth(browser: Browser, files: Files, settings: Settings): Promise<Growth[]> {
  const measure = async (query: string, name: string, use: (page: Page) => Promise<unknown>) => {
    const context = await browser.newContext();
    const { page, server } = await open(context, files, query, name);
    await use(page);
    const before = await countsOf(page);
    const half = async () => {
      for (let i = 0; i < 5; i++) await use(page);
      return countsOf(page);
    };
    const halfway = await half();
    const after = await half();
    await context.close();
    await server.stop();
    return { name, before, halfway, after };
  };
  const watchers = WATCHERS.map((name) =>
    measure("idle", name, async (page) => {
      await page.mouse.move(5, 5);
      await page.mouse.move(205, 205, { steps: 50 });
      await page.waitForFunction(() => globalThis.events.length > 50);
      await page.evaluate((count) => {
        globalThis.replay(count);
        globalThis.events.length = 0;
      }, settings.events / 10);
    }),
  );
  const keepers = KEEPERS.map((name) =>
    measure("subject", name, (page) =>
      page.evaluate(async (count) => {
        for (let i = 0; i < count; i++) await subject.refresh?.();
      }, settings.refreshes / 10),
    ),
  );
  return Promise.all([...watchers, ...keepers]);
}

export async function collect(settings: Settings) {
  const files = await bundlePages("page");
  const browser = await launch();
  const plain = await launchPlainBrowser();
  const context = await browser.newContext();
  const [seen, unseen] = await Promise.all([
    atRest(context, files, settings.seconds, false),
    atRest(plain.context, files, settings.seconds, true),
  ]);
  // While some rest the others work, in processes of their own: nothing here is a time.
  const [visible, hidden, grown] = await Promise.all([seen(), unseen(), growth(browser, files, settings)]);
  await Promise.all([plain.close(), context.close()]);
  const how = circumstances("rest", browser, [...IDLE_PEERS, ...AUTH_PEERS]);
  await browser.close();
  return { visible, hidden, grown, how };
}

const kB = (bytes: number) => Math.round(bytes / 1000);

export async function run(): Promise<void> {
  const { visible, hidden, grown, how } = await collect(USUAL);
  const rests = [...visible].map(([name, seen]) => {
    const unseen = hidden.get(name) as Rest;
    const columns = (it: Rest) => [it.timers, it.messages, it.requests, it.writes];
    return [name, ...columns(seen), ...columns(unseen)];
  });
  const columns = ["timers", "messages", "requests", "writes"];
  const rows = grown.map(({ name, before, halfway, after }) => [
    ...[name, kB(before.heap), kB(halfway.heap - before.heap), kB(after.heap - halfway.heap)],
    ...[before.listeners, after.listeners - before.listeners, after.objects - before.objects],
  ]);
  publish("rest", {
    markdown: [
      how,
      `### In ${USUAL.seconds} seconds in which nothing happens`,
      table(["", ...columns.map((it) => `${it}, visible`), ...columns.map((it) => `${it}, hidden`)], rests),
      `### After ${USUAL.events} events, or ${USUAL.refreshes} refreshes`,
      table(
        [
          "",
          "heap, kB",
          "more after the first half, kB",
          "more after the second, kB",
          ...["listeners", "listeners more", "objects more"],
        ],
        rows,
      ),
    ].join("\n\n"),
  });
}
