import { writeFile } from "node:fs/promises";
import { type BrowserContext, test as base, expect, type TestInfo } from "@playwright/test";
import { openTabs } from "./open-tabs.js";
import { recorder } from "./record.js";
import { DemoServer, type ServerEnv } from "./server.js";
import { Tab } from "./tab.js";

export interface Options {
  /** The limits of this test's server. */
  readonly env: ServerEnv;
  /** In how many processes it runs. Several share a Redis. */
  readonly processes: number;
}

interface Fixtures {
  /** A demo server of this test's own. */
  readonly server: DemoServer;
  /** Opens tabs of the demo, all in one browser profile, and waits until each knows whether somebody is signed in. */
  readonly tabs: <N extends number>(count: N) => Promise<Tuple<N>>;
  readonly nothingGoesWrongUnseen: undefined;
}

type Tuple<N extends number, T extends Tab[] = []> = number extends N
  ? Tab[]
  : T["length"] extends N
    ? T
    : Tuple<N, [...T, Tab]>;

export const test = base.extend<Options & Fixtures>({
  env: [{}, { option: true }],
  processes: [1, { option: true }],

  server: async ({ env, processes }, use) => {
    const server = await DemoServer.start(env, processes);
    await use(server);
    await server.dispose();
  },

  baseURL: async ({ server }, use) => use(server.origin),

  tabs: async ({ context }, use) => {
    await use((async (count: number) => {
      const opened: Tab[] = [];
      await openTabs(opened, count, () => openTab(context));
      return opened;
    }) as Fixtures["tabs"]);
  },

  /** What no test may cause, whatever it is about. */
  nothingGoesWrongUnseen: [
    async ({ context, server }, use, info) => {
      const errors: string[] = [];
      context.on("weberror", (error) => {
        const stack = String(error.error().stack);
        // Firefox says violations here too. The server gets a report of each, and those are looked at below.
        if (!stack.startsWith("Content-Security-Policy:")) errors.push(stack);
      });
      await use(undefined);
      await noteOnFailure(info, context, server);
      expect(errors, "F9: no uncaught error, no unhandled rejection").toEqual([]);
      if (!server.running) return;
      expect(await server.cspReports(), "C5: no violation of the policy").toEqual([]);
      expect(server.log, "no error in the server").not.toMatch(/^\s+at /m);
    },
    { auto: true },
  ],
});

/** Writes down what every page and the server know when a test has failed: test-results/…/sessions.json */
export async function noteOnFailure(
  info: TestInfo,
  context: BrowserContext,
  server: DemoServer,
): Promise<void> {
  if (info.errors.length === 0 || context.pages().length === 0) return;
  const pages = context
    .pages()
    .map((page) =>
      Promise.race([
        page
          .evaluate(() => [demo.session.getState(), demo.session.inspect(), globalThis.recorded])
          .catch((error) => String(error)),
        new Promise((resolve) => setTimeout(resolve, 1000, "no answer")),
      ]),
    );
  const known = {
    pages: await Promise.all(pages),
    server: server.running && (await server.metrics()),
    log: server.log.split("\n"),
  };
  await writeFile(info.outputPath("sessions.json"), JSON.stringify(known, null, 2));
}

/** Opens a tab of the demo and waits until it knows whether somebody is signed in; `behind` is shown in its place. */
export async function openTab(context: BrowserContext, path = "/", behind?: Tab): Promise<Tab> {
  const page = await context.newPage();
  await page.addInitScript(...recorder);
  const tab = new Tab(page);
  await page.goto(path);
  await behind?.page.bringToFront();
  await expect
    .poll(() => page.evaluate(() => globalThis.demo?.session.getState().status ?? "unknown"), {
      timeout: 30_000,
    })
    .not.toBe("unknown");
  return tab;
}

export { expect };
