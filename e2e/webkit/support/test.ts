import { test as base, expect } from "vitest";
import { injected } from "../../attack/support/injected-script.js";
import { Wiretap } from "../../attack/support/wiretap.js";
import { DemoServer, type ServerEnv } from "../../support/server.js";
import { startTlsProxy } from "../../support/tls.js";
import { startBrowser } from "./browser.js";
import { Tab } from "./tab.js";
import { Windows } from "./windows.js";

export const test = base
  /** The limits of this test's server. */
  .extend("env", {} as ServerEnv)
  /** Whether something in front of the server ends TLS. */
  .extend("https", false as boolean)
  /** Whether a wiretap lies on the line to the server, which puts the script of an attacker into every page. */
  .extend("tapped", false as boolean)
  /** What no test may cause, whatever it is about. Judged last of all, when everything has been put away. */
  // biome-ignore lint/correctness/noEmptyPattern: how Vitest learns what a fixture needs
  .extend("problems", ({}, { onCleanup }) => {
    const problems: unknown[] = [];
    onCleanup(() => expect(problems, "F9 C5: no uncaught error, no violation of the policy").toEqual([]));
    return problems;
  })
  .extend("proxy", async ({ https }, { onCleanup }) => {
    if (!https) return undefined;
    const proxy = await startTlsProxy();
    onCleanup(proxy.close);
    return proxy;
  })
  .extend("tap", async ({ tapped }, { onCleanup }) => {
    if (!tapped) return undefined;
    const tap = await Wiretap.start();
    tap.injected = await injected();
    onCleanup(() => tap.stop());
    return tap;
  })
  /** A demo server of this test's own. */
  .extend("server", async ({ env, proxy, tap, problems }, { onCleanup }) => {
    const front = proxy ?? tap;
    const server = await DemoServer.start({
      ...env,
      ...(front && { PUBLIC_ORIGIN: front.origin, DEBUG_ROUTES: "on" }),
    });
    if (proxy) proxy.target = server.origin;
    if (tap) tap.upstream = server.origin;
    onCleanup(async () => {
      problems.push(...(await server.cspReports()), ...(server.log.match(/^\s+at .*$/gm) ?? []));
      await server.dispose();
    });
    return server;
  })
  /** A browser with an empty profile, of this test's own. */
  // biome-ignore lint/correctness/noEmptyPattern: as above
  .extend("windows", async ({}, { onCleanup }) => {
    const { driver, end } = await startBrowser();
    onCleanup(end);
    return new Windows(driver);
  })
  /**
   * Opens the demo and waits until it knows whether somebody is signed in. A window can be seen; a tab lies behind the
   * window that was there first, and is as hidden as it is for people.
   */
  .extend("open", async ({ windows, proxy, tap, server, problems }, { onCleanup }) => {
    const opened: Tab[] = [];
    onCleanup(async () => {
      for (const tab of opened) problems.push(...(await tab.run(() => globalThis.uncaught ?? [])));
    });
    return async (as: "window" | "tab" = "window", path = "/") => {
      const tab = new Tab(await windows.open(as));
      await tab.load((proxy ?? tap ?? server).origin + path);
      opened.push(tab);
      return tab;
    };
  });

export { expect };
