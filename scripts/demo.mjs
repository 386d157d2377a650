// Builds the SDK and the demo site, then becomes the demo server. Everything before the server's own words goes
// to stderr. The server runs in this very process, so a signal to the demo is a signal to the server.
//
//   node scripts/demo.mjs            one server
//   node scripts/demo.mjs cluster    three of them, a Redis, and a proxy in front

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { endWithNpm } from "./lifeline.mjs";
import { root, run, setup, tool } from "./setup.mjs";

const cluster = process.argv[2] === "cluster";

endWithNpm();
setup({ browsers: cluster ? ["redis"] : [] });
const built =
  run(tool("rollup"), ["-c"]) &&
  run(tool("vite"), ["build", "demo/site", "--outDir", "../dist", "--emptyOutDir"]);

if (built) {
  const main = join(root, cluster ? "demo/cluster/main.ts" : "demo/server/main.ts");
  process.argv[1] = main;
  const { register } = await import("tsx/esm/api");
  register();
  await import(pathToFileURL(main).href);
} else {
  process.exitCode = 1;
}
