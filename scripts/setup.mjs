// Makes a fresh machine ready: npm packages, and the browsers that the tests drive.
// Runs before anything is installed, so it uses what Node has built in and nothing else.
//
//   node scripts/setup.mjs            packages and Chromium
//   node scripts/setup.mjs firefox    packages and what is named: chromium, firefox
//   node scripts/setup.mjs packages   packages only

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** A development tool of the project. */
export const tool = (name) =>
  join(root, "node_modules/.bin", process.platform === "win32" ? `${name}.cmd` : name);

export const cache = join(root, "node_modules/.cache/sojourn");

/** Where the tests find each program: `{ chromium: { path, from } }`. Written by `setup`, read by e2e/support/chromium.ts. */
const browsersFile = join(cache, "browsers.json");

/** What can be asked for, and where to look for it, in this order: `env`, `paths`, `playwright`, `debian`. */
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
    playwright: "chromium",
    debian: ["chromium"],
  },
  firefox: {
    env: "E2E_FIREFOX",
    paths: [
      "/usr/bin/firefox-esr",
      "/usr/bin/firefox",
      "/Applications/Firefox.app/Contents/MacOS/firefox",
      "C:/Program Files/Mozilla Firefox/firefox.exe",
    ],
    playwright: "firefox",
    debian: ["firefox-esr"],
  },
};

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

/** A browser that cannot even tell its version (libraries missing, a wrapper without its snap) is not a find. */
function works(path) {
  if (!existsSync(path)) return false;
  if (process.platform === "win32") return true; // There `--version` would open a window.
  return spawnSync(path, ["--version"], { timeout: 20_000, stdio: "ignore" }).status === 0;
}

function playwrightPath(name) {
  try {
    return createRequire(join(root, "package.json"))("@playwright/test")[name].executablePath();
  } catch {
    return "";
  }
}

function find(name) {
  const { env, paths, playwright, debian } = PROGRAMS[name];

  const explicit = process.env[env];
  if (explicit) {
    const path = resolve(explicit);
    if (works(path)) return { path, from: env };
    throw new Error(`${env}=${explicit} is not a ${name} that runs.`);
  }

  const system = () => paths.find(works);
  const own = () => [playwrightPath(playwright)].find(works);
  let path = system();
  if (path) return { path, from: "system" };
  path = own();
  if (path) return { path, from: "playwright" };

  say(`No ${name} on this machine. Asking Playwright for one …`);
  const cli = join(root, "node_modules/@playwright/test/cli.js");
  if (run(process.execPath, [cli, "install", playwright])) path = own();
  if (path) return { path, from: "playwright" };

  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say(`Installing ${debian.join(" ")} from Debian …`);
    const apt = (...args) => run("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args]);
    apt("update", "-qq");
    apt("install", "-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends", ...debian);
    path = system();
    if (path) return { path, from: "debian" };
  }

  throw new Error(
    `No ${name} could be found or installed. Install one and set ${env} to its path, ` +
      `or make one of these exist: ${paths.join(", ")}.`,
  );
}

/** Installs what is missing. Throws with a message for people when something cannot be had. */
export function setup({ browsers = [] } = {}) {
  installPackages();
  if (browsers.length === 0) return;
  const found = existsSync(browsersFile) ? readJson(browsersFile) : {};
  for (const name of browsers) found[name] = find(name);
  mkdirSync(dirname(browsersFile), { recursive: true });
  writeFileSync(browsersFile, `${JSON.stringify(found, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => name !== "packages" && !(name in PROGRAMS));
  try {
    if (unknown.length > 0)
      throw new Error(`Unknown: ${unknown.join(", ")}. Known: ${Object.keys(PROGRAMS).join(", ")}.`);
    setup({ browsers: asked.length === 0 ? ["chromium"] : asked.filter((name) => name !== "packages") });
    say("Ready.");
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
