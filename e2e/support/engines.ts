import type {
  LaunchOptions,
  PlaywrightTestOptions,
  PlaywrightWorkerOptions,
  Project,
} from "@playwright/test";
import { found } from "./found.js";
import type { Options } from "./test.js";

/**
 * In the names of the tests of what people do every day: those run in Firefox too. All the others run in Chromium only.
 * Some need what no other browser lets a test do (CDP: a tab that is frozen, hidden or crashed, a machine that sleeps;
 * a look at a page that comes out of the back/forward cache, where Playwright loses sight of Firefox). The rest would
 * show nothing new: what they are about is decided in `src`, not by the engine.
 */
const EVERYDAY = /@everyday/;

/** Where Playwright is to look for this browser. */
function at(browser: string): LaunchOptions {
  const executablePath = found[browser]?.path;
  return executablePath === undefined ? {} : { executablePath };
}

/**
 * A browser without a screen draws no list of suggestions below the address, but gets it ready for every window: that
 * costs more than the page does. So does a process that waits for a page yet to come. The last `--disable-features`
 * counts, so it names what Playwright switches off, too.
 */
const NOT_NEEDED = [
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"],
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "DialMediaRouteProvider"],
  ...["GlobalMediaControls", "HttpsUpgrades", "LensOverlay", "MediaRouter", "PaintHolding", "Translate"],
  ...["ThirdPartyStoragePartitioning", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"],
];

const chromiumArgs = {
  args: [
    `--disable-features=${NOT_NEEDED.join(",")}`,
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** The whole browser, as people have it. */
export const chromiumLaunch: LaunchOptions = { ...at("chromium"), ...chromiumArgs };

/**
 * What pages run in, without the browser around it: for all that is about pages. Where Playwright has installed
 * Chromium, it takes this one by itself.
 */
const shellLaunch: LaunchOptions =
  found.chromium?.from === "playwright"
    ? chromiumArgs
    : { ...at(found.headlessShell ? "headlessShell" : "chromium"), ...chromiumArgs };

/** Playwright switches the back/forward cache off, and without the browser around them pages have none. */
export const withBackForwardCache: LaunchOptions = {
  ...chromiumLaunch,
  ignoreDefaultArgs: ["--disable-back-forward-cache"],
};

/** In the names of the tests that are about a server which is alone. */
const ALONE = /@alone/;

type Engine = Project<PlaywrightTestOptions & Options, PlaywrightWorkerOptions>;

/** The engines that Playwright drives, each a project. WebKit has a suite of its own, in `e2e/webkit`. */
export const engines: Engine[] = [
  {
    name: "chromium",
    outputDir: "../test-results/chromium",
    use: {
      browserName: "chromium",
      launchOptions: shellLaunch,
      // To paint what moves takes a tenth of all the time. What is about motion asks for it, and in Firefox all moves.
      contextOptions: { reducedMotion: "reduce" },
    },
  },
  // Against three servers that share a Redis, by `npm run e2e:cluster`.
  {
    name: "cluster",
    outputDir: "../test-results/cluster",
    grepInvert: ALONE,
    use: { browserName: "chromium", launchOptions: shellLaunch, processes: 3 },
  },
  {
    name: "firefox",
    outputDir: "../test-results/firefox",
    // It takes twice as long to open a tab, and each worker starts a browser.
    timeout: 90_000,
    workers: 3,
    grep: EVERYDAY,
    use: {
      browserName: "firefox",
      // Firefox as people have it, not a build for tests.
      ...(found.firefox && found.firefox.from !== "playwright" && { channel: "moz-firefox" }),
      launchOptions: at("firefox"),
      // For a picture Playwright puts a style into the page, which breaks the page's policy in Firefox only.
      screenshot: "off",
    },
  },
];
