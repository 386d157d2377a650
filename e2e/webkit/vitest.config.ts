import { defineConfig } from "vitest/config";

/** WebKit by its own WebDriver, on a screen that nobody sees: Playwright drives no WebKit that people have. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ["*.test.ts"],
    globalSetup: "../support/global-setup.ts",
    // One browser for each worker, one profile for each test.
    maxWorkers: 2,
    isolate: false,
    // A browser that has to be started three times takes half a minute.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 100 } },
    // What needs the second try is named by `npm test`.
    retry: 1,
  },
});
