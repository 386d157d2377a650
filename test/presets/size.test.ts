import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import * as all from "../../src/server/presets/index.js";

const folder = join(import.meta.dirname, "../../src/server");
const LIMIT = 500;

/** What code costs in an application, in bytes that are sent. */
async function sizeOf(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    tsconfigRaw: "{}",
    write: false,
  });
  return brotliCompressSync(outputFiles[0].contents).length;
}

const parts = ["../errors", "address", "cookie", "held", "refused", "reply", "sign-out", "until"];
/** What presets share with the session, and with one another. */
const shared = parts.map((part) => `export * from "./${part}.js";`).join("\n");
const tokens = `${shared}\nexport { formOf, readTokenReply } from "./presets/oauth2.js";`;
/** Keycloak is an OAuth server with addresses of its own. */
const bases: Record<string, string> = {
  oauth2: tokens,
  supabase: tokens,
  keycloak: `${tokens}\nexport { tokenServer } from "./presets/oauth2.js";`,
};

const names = Object.keys(all).filter((name) => !/^read[A-Z]/.test(name));

test.each(names)("%s costs half a kB, beside what presets share", async (name) => {
  const base = bases[name] ?? shared;
  const withIt = `${base}\nexport { ${name} } from "./presets/index.js";`;
  expect((await sizeOf(withIt)) - (await sizeOf(base))).toBeLessThanOrEqual(LIMIT);
});
