// What `npm test` runs: every suite in turn, also after a failing one. The numbers come from each suite's own
// report; a suite without a report, or without a single test, has failed.
//
//   node scripts/test.mjs               everything
//   node scripts/test.mjs lint types    these suites only

import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { endWithNpm } from "./lifeline.mjs";
import { cache, Missing, root, setup, tool } from "./setup.mjs";

const vitest = (config, project) => [
  ...["vitest", "run", "-c", config, ...(project ? [`--project=${project}`] : [])],
  ...["--reporter=default", "--reporter=json"],
];

/** The compiler as a native program, which is much faster. What builds on its API still needs the one before. */
const nativeTsc = "test/package/typescript/7/node_modules/typescript/bin/tsc";

const playwright = (engine) => [
  ...["playwright", "test", "-c", "e2e/playwright.config.ts", `--project=${engine}`],
  "--reporter=list,json",
];

/**
 * In the order of running. A suite without `report` is one check: its commands, side by side, all exit with 0.
 * A suite with `ifPossible` is left out, and that is said, where its browser or its Redis cannot be had. One that is
 * `beside` starts together with the one before it: each has its waits, or uses one core only.
 */
const SUITES = {
  build: { commands: [["rollup", "-c"]] },
  types: {
    beside: true,
    commands: [
      ...[".", "src/core", "src/backend", "src/doctor", "test", "e2e"].map((project) => [
        "node",
        nativeTsc,
        "-p",
        project,
      ]),
      // The demo has templates of Vue.
      ["vue-tsc", "-p", "demo"],
    ],
  },
  lint: { beside: true, commands: [["biome", "check", "--error-on-warnings"]] },
  "build:demo": { commands: [["vite", "build", "demo/site", "--outDir", "../dist", "--emptyOutDir"]] },
  unit: { commands: [vitest("test/vitest.config.ts", "!suite-*")], report: vitestReport },
  simulation: { commands: [vitest("test/vitest.config.ts", "suite-simulation")], report: vitestReport },
  package: {
    // Projects of others that use the package, and the benchmarks' own check.
    browsers: ["chromium"],
    commands: [vitest("test/vitest.config.ts", "suite-package")],
    report: vitestReport,
  },
  redis: {
    browsers: ["redis"],
    ifPossible: true,
    commands: [vitest("test/vitest.config.ts", "suite-redis")],
    report: vitestReport,
  },
  size: { commands: [["size-limit"]] },
  knip: { beside: true, commands: [["knip"]] },
  evidence: { beside: true, commands: [["node", "scripts/evidence.mjs", "--brief"]] },
  e2e: {
    browsers: ["chromium"],
    commands: [playwright("chromium")],
    // Two minutes of the soak are one of its tests.
    env: { SOAK_MINUTES: "2" },
    report: playwrightReport,
  },
  "e2e:firefox": {
    browsers: ["firefox"],
    ifPossible: true,
    commands: [playwright("firefox")],
    report: playwrightReport,
  },
  "e2e:webkit": {
    browsers: ["webkit"],
    ifPossible: true,
    beside: true,
    commands: [vitest("e2e/webkit/vitest.config.ts")],
    report: vitestReport,
  },
};

/** Each reader turns a report into `{ passed, skipped, failures }`, where a failure is a name for people. */
function vitestReport({ testResults }) {
  const tests = testResults.flatMap(({ name: file, status, assertionResults }) => {
    const path = relative(root, file);
    const inFile = assertionResults.map((test) => ({
      // What failed first and passed then still has the message of its failure.
      status: test.status === "passed" && test.failureMessages.length > 0 ? "flaky" : test.status,
      name: [path, ...test.ancestorTitles.filter((title) => title !== path), test.title].join(" › "),
    }));
    const broken = status === "failed" && !inFile.some((test) => test.status === "failed");
    return broken ? [...inFile, { status, name: `${path} could not be run` }] : inFile;
  });
  return count(tests, "passed", "failed");
}

function playwrightReport({ suites, errors }) {
  const walk = ({ title, specs = [], suites: inner = [] }, path) => {
    const here = title ? [...path, title] : path;
    return [
      ...specs.flatMap((spec) =>
        spec.tests.map(({ status, projectName }) => ({
          status,
          name: [`e2e [${projectName}]`, ...here, spec.title].join(" › "),
        })),
      ),
      ...inner.flatMap((suite) => walk(suite, here)),
    ];
  };
  const tests = suites.flatMap((suite) => walk(suite, []));
  const outside = errors.map(({ message }) => ({ status: "unexpected", name: `e2e: ${message}` }));
  return count([...tests, ...outside], "expected", "unexpected");
}

/** A busy machine makes a browser late: what passes at the second try ("flaky") has passed, and is said. */
function count(tests, good, bad) {
  const named = (wanted) => tests.filter(({ status }) => status === wanted).map(({ name }) => name);
  const late = named("flaky");
  for (const name of late) console.log(`passed at the second try: ${name}`);
  const failures = named(bad);
  const passed = named(good).length + late.length;
  return { passed, skipped: tests.length - passed - failures.length, failures };
}

endWithNpm();
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(1);
  });
}

/** Resolves to the exit code, or to why there is none. */
function execute([name, ...args], env) {
  return new Promise((done) => {
    const child = spawn(name === "node" ? name : tool(name), args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    running.add(child);
    child.once("error", ({ message }) => done(message));
    child.once("close", (code, signal) => {
      running.delete(child);
      done(code ?? signal);
    });
  });
}

async function runSuite(name) {
  const { commands, report, browsers, ifPossible, env } = SUITES[name];
  const file = join(cache, `${name.replace(":", "-")}.json`);
  rmSync(file, { force: true });
  try {
    setup({ browsers });
  } catch (error) {
    const { message } = error;
    if (error instanceof Missing && ifPossible && !asked.includes(name))
      return { passed: 0, skipped: 0, failures: [], untested: message };
    return { passed: 0, skipped: 0, failures: [`${name}: ${message}`] };
  }

  const extra = commands[0][0] === "vitest" ? [`--outputFile.json=${file}`] : [];
  const codes = await Promise.all(
    commands.map((command) => execute([...command, ...extra], { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file })),
  );
  const bad = codes.find((code) => code !== 0);

  if (!report)
    return bad === undefined
      ? { passed: 1, skipped: 0, failures: [] }
      : { passed: 0, skipped: 0, failures: [name] };
  if (!existsSync(file))
    return { passed: 0, skipped: 0, failures: [`${name}: no report (exit code ${bad ?? 0})`] };

  const result = report(JSON.parse(readFileSync(file, "utf8")));
  if (result.failures.length > 0) return result;
  if (bad !== undefined) result.failures.push(`${name}: an error outside the tests (exit code ${bad})`);
  else if (result.passed === 0) result.failures.push(`${name}: no test ran`);
  return result;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in SUITES));
if (unknown.length > 0)
  throw new Error(`No such suite: ${unknown.join(", ")}. There are: ${Object.keys(SUITES).join(", ")}.`);

const rows = [];
let before = Promise.resolve();
for (const name of asked.length > 0 ? asked : Object.keys(SUITES)) {
  if (!SUITES[name].beside) await before;
  console.log(`\n── ${name} ${"─".repeat(60 - name.length)}`);
  const start = performance.now();
  const row = { name };
  rows.push(row);
  const done = runSuite(name).then((result) => {
    Object.assign(row, result, { seconds: (performance.now() - start) / 1000 });
  });
  before = Promise.all([before, done]);
}
await before;

const failures = rows.flatMap((row) => row.failures);
if (failures.length > 0) console.log(["\nFailed:", ...failures].join("\n  ✗ "));

const line = (...cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(9))).join("");
console.log(`\n${line("suite", "passed", "failed", "skipped", "time")}`);
for (const { name, passed, failures, skipped, seconds, untested } of rows) {
  if (untested) console.log(line(name, "!! NOT TESTED !!"));
  else console.log(line(name, `${passed}`, `${failures.length}`, `${skipped}`, `${seconds.toFixed(1)} s`));
}
const untested = rows.filter((row) => row.untested);
for (const row of untested) console.log(`\n!! NOT TESTED: ${row.name}. ${row.untested}`);

const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
const skipped = sum((row) => row.skipped);
const also = [
  skipped > 0 ? `, ${skipped} skipped` : "",
  untested.length > 0 ? `, NOT TESTED: ${untested.map((row) => row.name).join(" ")}` : "",
];
console.log(`\n${sum((row) => row.passed)} passed, ${failures.length} failed${also.join("")}`);
process.exitCode = failures.length > 0 ? 1 : 0;
