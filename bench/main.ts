// Measures. `npm run bench -- NAME`: writes what it finds into docs/benchmarks.md.

import { argv } from "node:process";

const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  load: () => import("./load.js"),
};

const [name = ""] = argv.slice(2);
const bench = BENCHES[name];
if (bench) {
  await (await bench()).run();
} else {
  console.error(`Which one? ${Object.keys(BENCHES).join(", ")}`);
  process.exitCode = 1;
}
