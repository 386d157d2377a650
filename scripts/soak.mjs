// `npm run soak [-- minutes]`: half an hour, or so many minutes, of one fault after the other in five tabs.

import { endWithNpm } from "./lifeline.mjs";
import { run, setup, tool } from "./setup.mjs";

endWithNpm();
process.env.SOAK_MINUTES = process.argv[2] ?? "30";
setup({ browsers: ["chromium"] });
const steps = [
  ["rollup", "-c"],
  ["vite", "build", "demo/site", "--outDir", "../dist", "--emptyOutDir"],
  ["playwright", "test", "-c", "e2e/playwright.config.ts", "--project=chromium", "chaos/soak", "--retries=0"],
];
process.exitCode = steps.every(([name, ...args]) => run(tool(name), args)) ? 0 : 1;
