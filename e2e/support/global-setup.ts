import { build } from "esbuild";
import { serverEntry, serverScript } from "./server.js";

/** The demo server as one file of JavaScript: it starts in half the time, and every test starts one. */
export default async function bundleServer(): Promise<void> {
  await build({
    entryPoints: [serverEntry],
    outfile: serverScript,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    sourcemap: "inline",
    logLevel: "error",
  });
}
