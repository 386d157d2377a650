import { defineConfig } from "@playwright/test";
import { engines } from "./support/engines.js";
import type { Options } from "./support/test.js";

export default defineConfig<Options>({
  testDir: ".",
  // `webkit/*.test.ts` are not for Playwright.
  testMatch: "**/*.spec.ts",
  // Where it is said how long: by `npm test` and `npm run soak`.
  testIgnore: process.env.SOAK_MINUTES ? [] : "**/soak.spec.ts",
  globalSetup: "./support/global-setup.ts",
  // Most of a test is waiting for a limit.
  workers: 4,
  fullyParallel: true,
  // What needs the second try is named by `npm test`.
  retries: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    // Narrow enough for the side panel to stay shut: it asks the server for numbers all the time, in every tab.
    viewport: { width: 1000, height: 720 },
    video: "off",
    // Without pictures: twenty tabs being filmed are slower than twenty tabs.
    trace: { mode: "on-first-retry", screenshots: false, snapshots: false },
    screenshot: "only-on-failure",
  },
  projects: engines,
});
