import { existsSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import resolve from "@rollup/plugin-node-resolve";
import { build } from "esbuild";
import { rollup } from "rollup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Consumer } from "./consumer.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

let app: Consumer;
beforeAll(() => {
  app = new Consumer();
});
afterAll(() => app?.remove());

/** What others have written is not bundled. */
const external = () => [
  ...Object.keys({ ...app.manifest.dependencies, ...app.manifest.peerDependencies }),
  "node:*",
];

interface Left {
  readonly code: string;
  /** The sources of which something is left, also in what is loaded lazily, from `src` on. */
  readonly sources: readonly string[];
}

/** What esbuild leaves of the package in an application of this one line. */
async function left(contents: string): Promise<Left> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: app.dir },
    ...{ bundle: true, splitting: true, format: "esm", write: false, metafile: true, sourcemap: true },
    ...{ absWorkingDir: app.dir, outdir: "out", external: external(), logLevel: "error" },
  });
  const text = (path: string) => outputFiles.find((file) => file.path === join(app.dir, path))?.text ?? "";
  // What nothing imports is written, too, and loaded by nobody.
  const reached = new Set(["out/stdin.js"]);
  for (const path of reached)
    for (const { path: next, external } of metafile.outputs[path]?.imports ?? [])
      if (!external) reached.add(next);

  const sources = new Set<string>();
  const code: string[] = [];
  for (const path of reached) {
    const origins = new SourceMap(JSON.parse(text(`${path}.map`)));
    for (const [number, line] of text(path).split("\n").entries()) {
      if (line === "" || line.startsWith("//")) continue;
      code.push(line);
      const entry = origins.findEntry(number, line.search(/\S/));
      const [, source] = ("originalSource" in entry && /(?:^|\/)(src\/.*)$/.exec(entry.originalSource)) || [];
      if (source) sources.add(source);
    }
  }
  return { code: code.join("\n"), sources: [...sources].sort() };
}

/** The parts of the house that an application may do without. */
const PARTS = {
  presets: /^src\/server\/presets\//,
  session: /^src\/(shell\/(shell|kernel|engine)|session)\.ts/,
  secrets: /^src\/secrets\//,
  dpop: /^src\/dpop\//,
  testing: /^src\/testing\//,
  devtools: /^src\/devtools\//,
  element: /^src\/element\//,
  warning: /^src\/warning\.ts$/,
  worker: /^src\/worker\//,
  react: /^src\/react\//,
  vue: /^src\/vue\//,
  server: /^src\/backend\//,
  doctor: /^src\/doctor\//,
};
type Part = keyof typeof PARTS;
const partsOf = ({ sources }: Left) =>
  (Object.keys(PARTS) as Part[]).filter((part) => sources.some((path) => PARTS[part].test(path)));

describe("an application gets what it imports", () => {
  test.each<[code: string, parts: Part[]]>([
    ['export { createSession } from "sojourn"', ["session", "secrets"]],
    ['export { bff } from "sojourn/presets"', ["presets"]],
    ['export { dpop } from "sojourn/dpop"', ["dpop"]],
    ['export { createWarning } from "sojourn/warning"', ["warning"]],
    ['import "sojourn/element"', ["element", "warning"]],
    ['export { useSession } from "sojourn/react"', ["react"]],
    ['export { useSessionWarning } from "sojourn/react"', ["warning", "react"]],
    ['export { useSession } from "sojourn/vue"', ["vue"]],
    ['export { keepTokens } from "sojourn/worker"', ["secrets", "worker"]],
    ['export { createSessionServer } from "sojourn/server"', ["server"]],
    ['export { openMemory } from "sojourn/server"', ["server"]],
    ['export { openLmdb } from "sojourn/server/lmdb"', ["server"]],
    ['export { openRedis } from "sojourn/server/redis"', ["server"]],
  ])("%s", async (code, parts) => {
    expect(partsOf(await left(code))).toEqual(parts);
  });

  test("a preset comes without the others", async () => {
    app.write(
      "names.js",
      `const presets = Object.entries(await import("sojourn/presets"));
       console.log(JSON.stringify(presets.map(([name]) => name)));`,
    );
    const names = app.run<string[]>("names.js");
    const fileOf = (name: string) =>
      `src/server/presets/${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}.ts`;
    const files = names.map(fileOf).filter((file) => existsSync(join(root, file)));
    expect(files.length).toBeGreaterThan(10);

    const builtOn: Record<string, string[]> = {};
    for (const name of names.filter((name) => files.includes(fileOf(name)))) {
      const { sources } = await left(`export { ${name} } from "sojourn/presets"`);
      expect(sources, name).toContain(fileOf(name));
      const others = sources.filter((path) => files.includes(path) && path !== fileOf(name));
      if (others.length > 0) builtOn[name] = others;
    }
    expect(builtOn).toEqual({ keycloak: [fileOf("oauth2")], supabase: [fileOf("oauth2")] });
  });
});

describe("what is imported and not used leaves nothing", () => {
  const entries = () =>
    Object.keys(app.manifest.exports)
      .filter((entry) => !/package\.json|element/.test(entry))
      .map((entry) => entry.replace(/^\./, "sojourn"));

  test("with esbuild", async () => {
    for (const entry of entries()) {
      expect((await left(`import "${entry}"; import * as it from "${entry}";`)).code, entry).toBe("");
    }
  });

  test("with Rollup", async () => {
    for (const entry of entries()) {
      app.write("entry.js", `import "${entry}"; import * as it from "${entry}";`);
      const bundle = await rollup({
        input: join(app.dir, "entry.js"),
        plugins: [resolve({ browser: true })],
        external: (id) => external().some((name) => id === name || id.startsWith("node:")),
        logLevel: "silent",
      });
      const { output } = await bundle.generate({ format: "es" });
      expect(
        output.map((file) => ("code" in file ? file.code.trim() : "")),
        entry,
      ).toEqual([""]);
    }
  });
});
