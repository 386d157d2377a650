// `npm run bench [-- name …]`: builds what is measured, and measures it (bench/main.ts).

import { endWithNpm } from "./lifeline.mjs";
import { run, setup, tool } from "./setup.mjs";

endWithNpm();
setup({ browsers: ["chromium"] });
const steps = [
  ["rollup", "-c"],
  ["tsx", "bench/main.ts", ...process.argv.slice(2)],
];
process.exitCode = steps.every(([name, ...args]) => run(tool(name), args)) ? 0 : 1;
console.log(`(${(performance.now() / 1000).toFixed(0)} s in all, the build included)`);
