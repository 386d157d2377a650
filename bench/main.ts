// Measures. `npm run bench -- NAME …`, or all of it: writes what it finds into docs/benchmarks.md.

import { argv } from "node:process";

const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  "refresh-storm": () => import("./refresh-storm.js"),
  "sign-out": () => import("./sign-out.js"),
  cost: () => import("./cost.js"),
  start: () => import("./start.js"),
  rest: () => import("./rest.js"),
  bytes: () => import("./bytes.js"),
};
/** What wants more than a browser, and is asked for by name. */
const APART: typeof BENCHES = { load: () => import("./load.js") };
const all = { ...BENCHES, ...APART };

const asked = argv.slice(2);
const unknown = asked.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`No ${unknown.join(", ")}. There are: ${Object.keys(all).join(", ")}`);
  process.exitCode = 1;
} else {
  const took: string[] = [];
  for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
    const start = performance.now();
    console.log(`\n── ${name} ${"─".repeat(60 - name.length)}`);
    await (await all[name]()).run();
    took.push(`${name} ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  console.log(`\n${took.join(", ")}`);
}
