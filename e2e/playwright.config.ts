import { defineConfig } from "@playwright/test";
import { chromiumLaunch } from "./support/chromium.js";
import type { Options } from "./support/test.js";

export default defineConfig<Options>({
  testDir: ".",
  outputDir: "../test-results",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  timeout: 45_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: "chromium",
    launchOptions: chromiumLaunch,
    video: "off",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
