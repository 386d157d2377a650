// Makes a fresh machine ready: npm packages, the browsers that the tests drive, and a Redis.
// Runs before anything is installed, so it uses what Node has built in and nothing else.
//
//   node scripts/setup.mjs            packages and Chromium
//   node scripts/setup.mjs firefox    packages and what is named: chromium, firefox, webkit, redis
//   node scripts/setup.mjs packages   packages only

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** A development tool of the project. */
export const tool = (name) =>
  join(root, "node_modules/.bin", process.platform === "win32" ? `${name}.cmd` : name);

export const cache = join(root, "node_modules/.cache/sojourn");

/** Where the tests find each program: `{ chromium: { path, from } }`. Written by `setup`, read by e2e/support/found.ts. */
const browsersFile = join(cache, "browsers.json");

const linux = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;

/** Where a command of this name could be. */
const onPath = (name) =>
  (process.env.PATH ?? "").split(delimiter).flatMap((folder) => (folder ? [join(folder, name)] : []));

/**
 * Where to look for each program, in this order: `env`, `paths`, `playwright`, `debian`. `try` makes it say something
 * and exit with 0; what is there but cannot even do that (libraries missing, a wrapper without its snap) is not a find.
 */
const PROGRAMS = {
  chromium: {
    env: "E2E_CHROMIUM",
    paths: [
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "C:/Program Files/Google/Chrome/Application/chrome.exe",
    ],
    try: "--version",
    playwright: "chromium",
    debian: ["chromium"],
  },
  // Chromium without its windows and menus, which nobody sees in a test: less work for the same pages.
  headlessShell: {
    env: "E2E_HEADLESS_SHELL",
    paths: ["/usr/bin/chromium-headless-shell"],
    try: "--version",
    // Both, so that they stay of one version.
    debian: ["chromium", "chromium-headless-shell"],
    optional: true,
    // Another Chromium has none that apt could bring, or has brought its own, or is what somebody asked for.
    onlyBeside: { chromium: "/usr/bin/chromium" },
  },
  firefox: {
    env: "E2E_FIREFOX",
    paths: [
      "/usr/bin/firefox-esr",
      "/usr/bin/firefox",
      "/Applications/Firefox.app/Contents/MacOS/firefox",
      "C:/Program Files/Mozilla Firefox/firefox.exe",
    ],
    try: "--version",
    playwright: "firefox",
    debian: ["firefox-esr"],
  },
  // WebKitGTK's own browser. Without a screen it cannot say a word.
  webkit: {
    env: "E2E_WEBKIT",
    paths: ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"].flatMap((version) => [
      `${linux}/${version}/MiniBrowser`,
      `/usr/libexec/${version}/MiniBrowser`,
    ]),
    debian: ["webkit2gtk-driver"],
  },
  webkitDriver: {
    env: "E2E_WEBKIT_DRIVER",
    paths: ["/usr/bin/WebKitWebDriver"],
    try: "--help",
    debian: ["webkit2gtk-driver"],
  },
  xvfb: { env: "E2E_XVFB", paths: ["/usr/bin/Xvfb"], try: "-help", debian: ["xvfb"] },
  redis: {
    env: "E2E_REDIS",
    paths: [...onPath("redis-server"), "/usr/bin/redis-server"],
    try: "--version",
    debian: ["redis-server"],
  },
  // Makes the certificate for what is tested over TLS.
  openssl: { env: "E2E_OPENSSL", paths: ["/usr/bin/openssl"], try: "version", debian: ["openssl"] },
};

/** What the tests need besides npm packages. */
const BROWSERS = {
  chromium: ["chromium", "headlessShell"],
  firefox: ["firefox"],
  webkit: ["webkit", "webkitDriver", "xvfb", "openssl"],
  redis: ["redis", "openssl"],
};

/** A program is missing, and this machine is none on which the set-up could install it. */
export class Missing extends Error {}

/** Everything the set-up says goes to stderr: stdout belongs to what is started afterwards. */
const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a command with its output on stderr. */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    shell: process.platform === "win32",
  });
  return !error && status === 0;
}

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** npm notes in node_modules what it installed; it must be what the lock file asks for. */
function packagesAreInstalled() {
  const note = join(root, "node_modules/.package-lock.json");
  if (!existsSync(note)) return false;
  const wanted = readJson(join(root, "package-lock.json")).packages;
  const present = readJson(note).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || present[path]?.version === version,
  );
}

function installPackages() {
  if (packagesAreInstalled()) return;
  say("Installing npm packages …");
  if (!run("npm", ["ci"]))
    throw new Error("npm ci failed: see above. Nothing can be built or tested without it.");
}

function works(path, argument) {
  if (!existsSync(path)) return false;
  // On Windows `--version` would open a window.
  if (!argument || process.platform === "win32") return true;
  return spawnSync(path, [argument], { timeout: 20_000, stdio: "ignore" }).status === 0;
}

function playwrightPath(name) {
  try {
    return createRequire(join(root, "package.json"))("@playwright/test")[name].executablePath();
  } catch {
    return "";
  }
}

function installFromDebian(packages) {
  say(`Installing ${packages.join(" ")} from Debian …`);
  const apt = (...args) => run("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args]);
  apt("update", "-qq");
  apt("install", "-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends", ...packages);
}

/** Whether this program is of use with what was found. */
const fits = ({ env, onlyBeside = {} }, found) =>
  Boolean(process.env[env]) ||
  Object.entries(onlyBeside).every(
    ([other, path]) => found[other].path === path && ["system", "debian"].includes(found[other].from),
  );

/** Undefined where it cannot be had and there is a way without. */
function find(name) {
  const { env, paths, try: argument, playwright, debian, optional } = PROGRAMS[name];
  const firstOf = (candidates) => candidates.find((path) => works(path, argument));

  const explicit = process.env[env];
  if (explicit) {
    const path = resolve(explicit);
    if (works(path, argument)) return { path, from: env };
    throw new Error(`${env}=${explicit} is not a ${name} that runs.`);
  }

  let path = firstOf(paths);
  if (path) return { path, from: "system" };

  if (playwright) {
    path = firstOf([playwrightPath(playwright)]);
    if (path) return { path, from: "playwright" };
    say(`No ${name} on this machine. Asking Playwright for one …`);
    const cli = join(root, "node_modules/@playwright/test/cli.js");
    if (run(process.execPath, [cli, "install", playwright])) path = firstOf([playwrightPath(playwright)]);
    if (path) return { path, from: "playwright" };
  }

  const installable = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (installable) {
    installFromDebian(debian);
    path = firstOf(paths);
    if (path) return { path, from: "debian" };
  }

  if (optional) return undefined;
  const Kind = installable ? Error : Missing;
  throw new Kind(
    `No ${name} could be found or installed. Install one (on Debian: ${debian.join(" ")}) and set ${env} to its ` +
      `path, or make one of these exist: ${[...new Set(paths)].join(", ")}.`,
  );
}

/** Installs what is missing. Throws with a message for people when something cannot be had (see `Missing`). */
export function setup({ browsers = [] } = {}) {
  installPackages();
  if (browsers.length === 0) return;
  const found = existsSync(browsersFile) ? readJson(browsersFile) : {};
  for (const name of browsers.flatMap((browser) => BROWSERS[browser]))
    found[name] = fits(PROGRAMS[name], found) ? find(name) : undefined;
  mkdirSync(dirname(browsersFile), { recursive: true });
  writeFileSync(browsersFile, `${JSON.stringify(found, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => name !== "packages" && !(name in BROWSERS));
  try {
    if (unknown.length > 0)
      throw new Error(`Unknown: ${unknown.join(", ")}. Known: ${Object.keys(BROWSERS).join(", ")}.`);
    setup({ browsers: asked.length === 0 ? ["chromium"] : asked.filter((name) => name !== "packages") });
    say("Ready.");
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
