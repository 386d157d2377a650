// Makes the playground: a folder with a page that needs no server.

import { cpSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./setup.mjs";

const from = join(root, "docs/playground");

export async function buildPlayground(out) {
  await build({
    entryPoints: [join(from, "main.ts")],
    outfile: join(out, "main.js"),
    // One classic script: a page that is opened as a file can import no modules.
    ...{ bundle: true, minify: true, format: "iife", target: "es2022", logLevel: "warning" },
  });
  for (const name of ["index.html", "playground.css"]) cpSync(join(from, name), join(out, name));
}
