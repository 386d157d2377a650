import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LaunchOptions } from "@playwright/test";

// `npm run setup` notes there which browsers it found; without the note Playwright falls back on its own.
const note = fileURLToPath(new URL("../../node_modules/.cache/sojourn/browsers.json", import.meta.url));
const browsers: { chromium?: { path: string } } = existsSync(note)
  ? JSON.parse(readFileSync(note, "utf8"))
  : {};

const executablePath: string | undefined = browsers.chromium?.path;

const args = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const chromiumLaunch: LaunchOptions = {
  ...(executablePath && { executablePath }),
  args,
};

/** Playwright switches the back/forward cache off; people have it on. */
export const withBackForwardCache: LaunchOptions = {
  ...chromiumLaunch,
  ignoreDefaultArgs: ["--disable-back-forward-cache"],
};
