import { copyFile, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * A site of a test's own in a folder of its own, for `SITE_DIR`: `app.ts` built as an application would, against the
 * package's `exports` and never its sources; what lies beside it as it is.
 */
export async function buildSite(from: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "sojourn-site-"));
  await build({
    entryPoints: [join(from, "app.ts")],
    outdir: dir,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    // Without the paths of the repository's tsconfig.json.
    tsconfigRaw: {},
    logLevel: "error",
  });
  for (const file of await readdir(from))
    if (!file.endsWith(".ts")) await copyFile(join(from, file), join(dir, file));
  return dir;
}
