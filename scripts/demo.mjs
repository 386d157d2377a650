// Builds the SDK and the demo site, then becomes the demo server. Everything before the server's own words goes
// to stderr. The server runs in this very process, so a signal to the demo is a signal to the server.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { endWithNpm } from "./lifeline.mjs";
import { root, run, setup, tool } from "./setup.mjs";

endWithNpm();
setup();
const built =
  run(tool("rollup"), ["-c"]) &&
  run(tool("vite"), ["build", "demo/site", "--outDir", "../dist", "--emptyOutDir"]);

if (built) {
  const main = join(root, "demo/server/main.ts");
  process.argv[1] = main;
  const { register } = await import("tsx/esm/api");
  register();
  await import(pathToFileURL(main).href);
} else {
  process.exitCode = 1;
}
