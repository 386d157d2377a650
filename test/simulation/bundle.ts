import { mkdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Mutant } from "./mutant.js";

const here = fileURLToPath(new URL(".", import.meta.url));
export const root = join(here, "..", "..");
const cache = join(root, "node_modules", ".cache", "sojourn-simulation");

/** Puts a planted bug into the sources as they are bundled. Fails where the text to replace is not there exactly once. */
function plant(mutant: Mutant): Plugin {
  return {
    name: "plant",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const file = relative(root, path).split(sep).join("/");
        const edits = mutant.edits.filter((edit) => edit.file === file);
        if (!edits.length) return undefined;
        return { contents: edits.reduce(edited, readFileSync(path, "utf8")), loader: "ts" };
      });
    },
  };
}

/**
 * The part of a session that follows lazily is there from the beginning: what a bundle loads later is wrapped, and every
 * module with it, which costs a tenth of the time. Where a browser is slow to load it, it comes when that says so.
 */
const engine: Plugin = {
  name: "engine",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]shell[\\/]load\.ts$/ }, () => ({
      contents: `import { createEngine } from "./engine.js";
        const part = Promise.resolve({
          createEngine(cx) {
            const { loaded } = cx.ports;
            return loaded ? loaded().then(() => createEngine(cx)) : createEngine(cx);
          },
        });
        export const loadEngine = () => part;`,
      loader: "ts",
    }));
  },
};

/** A source with one edit. */
export function edited(source: string, { file, find, put }: Mutant["edits"][number]): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${find}`);
  return parts.join(put);
}

/** The simulation in one file for worker processes. `light`: with light.ts in place of Node's web platform. */
export async function bundle(mutant?: Mutant, light = true): Promise<string> {
  const outfile = join(
    cache,
    `${mutant?.name.replaceAll(/\W+/g, "-") ?? "as-shipped"}${light ? "" : "-full"}.mjs`,
  );
  mkdirSync(cache, { recursive: true });
  await build({
    entryPoints: [join(here, "worker.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
    ...(light && { inject: [join(here, "light.ts")] }),
    plugins: mutant ? [plant(mutant), engine] : [engine],
    external: ["broadcast-channel"],
  });
  return outfile;
}
