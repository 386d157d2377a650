import { setTimeout as sleep } from "node:timers/promises";
import { Builder, type WebDriver } from "selenium-webdriver";
import { expect } from "vitest";
import { freePort } from "../../../demo/cluster/programs.js";
import { found } from "../../support/found.js";
import { start, startScreen } from "./programs.js";

/** So long may WebKit take to start, which takes it less than a second. In milliseconds. */
const PATIENCE = 10_000;

interface Browser {
  readonly driver: WebDriver;
  /** Ends it, and the driver and the screen with it. */
  end(): Promise<void>;
}

/**
 * A browser with an empty profile, under a driver and on a screen of its own. A driver that has had some hundred
 * browsers waits for ever when one of them is gone before it was heard of; a new driver for each has not been seen to.
 * Were it to happen, it is tried again here, for a test's second try would not: Vitest does not set up again what
 * failed to be set up (https://github.com/vitest-dev/vitest/issues/11237).
 */
export async function startBrowser(tries = 3): Promise<Browser> {
  const { url, end } = await startDriver();
  const starting = new Builder()
    .usingServer(url)
    .withCapabilities({
      browserName: "MiniBrowser",
      acceptInsecureCerts: true,
      "webkitgtk:browserOptions": { binary: found.webkit?.path, args: ["--automation"] },
    })
    .build();
  // What comes of it when nobody waits any longer is that its driver is gone.
  starting.catch(() => {});
  const driver = await Promise.race([starting, sleep(PATIENCE, undefined, { ref: false })]);
  if (driver) return { driver, end };
  await end();
  const failure = `WebKit has not started within ${PATIENCE} ms`;
  if (tries === 1) throw new Error(failure);
  console.warn(`${failure}: tried again`);
  return startBrowser(tries - 1);
}

/** WebKit's own WebDriver. */
async function startDriver(): Promise<{ readonly url: string; end(): Promise<void> }> {
  const screen = await startScreen();
  const port = await freePort();
  const driver = start("webkitDriver", ["--host=127.0.0.1", `--port=${port}`], {
    DISPLAY: screen.display,
    GDK_BACKEND: "x11",
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(answers, { timeout: PATIENCE }).toBe(true);
  return {
    url,
    end: async () => {
      await driver.end();
      await screen.end();
    },
  };
}
