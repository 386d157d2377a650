import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

// `npm run setup` notes there which browsers it found; without the note Playwright falls back on its own.
const found = fileURLToPath(new URL("../node_modules/.cache/sojourn/browsers.json", import.meta.url));
const browsers = existsSync(found) ? JSON.parse(readFileSync(found, "utf8")) : {};

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  use: {
    video: "off",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    {
      name: "chromium",
      use: {
        browserName: "chromium",
        launchOptions: {
          executablePath: browsers.chromium?.path,
          args: [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      },
    },
  ],
});
