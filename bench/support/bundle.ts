import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Files } from "./server.js";

const pages = fileURLToPath(new URL("../pages/", import.meta.url));

/** The pages, built as an application would be: against the package's `exports`, minified, in parts. */
export async function bundlePages(...names: string[]): Promise<Files> {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => `${pages}${name}.ts`),
    outdir: "/",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    // Without the paths of the repository's tsconfig.json.
    tsconfigRaw: {},
    write: false,
    logLevel: "error",
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.split("/").at(-1) as string, contents]));
}
