import { readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { dts } from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";

/** The table of entry points: each becomes dist/<name>.js and dist/<name>.d.ts, and has its line in package.json's `exports`. */
const entries = {
  index: "src/index.ts",
  presets: "src/server/presets/index.ts",
  dpop: "src/dpop/index.ts",
  testing: "src/testing/index.ts",
  devtools: "src/devtools/index.ts",
  warning: "src/warning.ts",
  element: "src/element/index.ts",
  react: "src/react/index.ts",
  vue: "src/vue/index.ts",
  worker: "src/worker/index.ts",
};

/** The same for the application's server, in Node: apart, so that nothing of it comes into a page. */
const serverEntries = {
  server: "src/backend/index.ts",
  "server-lmdb": "src/backend/store/lmdb.ts",
  "server-redis": "src/backend/store/redis.ts",
};

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const external = (id) =>
  id.startsWith("node:") || dependencies.some((name) => id === name || id.startsWith(`${name}/`));

// What an earlier build left behind must not end up in the package.
rmSync("dist", { recursive: true, force: true });

const typescript = esbuild({ target: "es2022", sourceMap: true });

/** What an application installs. Dependencies stay imports, so that its bundler sees each of them once. */
const modules = {
  input: entries,
  external,
  plugins: [typescript],
  output: {
    dir: "dist",
    format: "es",
    sourcemap: true,
    chunkFileNames: ({ isDynamicEntry }) => (isDynamicEntry ? "lazy/[name].js" : "shared/[name].js"),
    hoistTransitiveImports: false,
    // Frameworks with server components: hooks and context belong to the browser.
    banner: ({ name }) => (name === "react" ? '"use client";' : ""),
  },
};

/**
 * The same for those who develop, with warnings (`src/shell/mistakes.ts`): the `development` condition of `exports`.
 * Whatever shares code with the session is in it, so that a page never has two of one thing.
 */
const { index, presets, dpop, testing, devtools } = entries;
const warnings = {
  name: "warnings",
  load: (id) => (/src.development\.ts$/.test(id) ? "export const development = true;" : null),
};
const developed = {
  ...modules,
  input: { index, presets, dpop, testing, devtools },
  plugins: [warnings, typescript],
  output: { ...modules.output, dir: "dist/development" },
};

const onServers = {
  ...modules,
  input: serverEntries,
  output: { dir: "dist", format: "es", sourcemap: true, chunkFileNames: "shared/server-[name].js" },
};

const serverDeclarations = {
  input: serverEntries,
  external,
  plugins: [dts({ tsconfig: "src/backend/tsconfig.json" })],
  output: { dir: "dist", format: "es", chunkFileNames: "shared/server-[name].d.ts" },
};

const declarations = {
  input: entries,
  external,
  plugins: [dts({ tsconfig: "tsconfig.json" })],
  output: {
    dir: "dist",
    format: "es",
    chunkFileNames: "shared/[name].d.ts",
    // A session has [Symbol.dispose], which applications that compile for ES2022 do not know yet.
    banner: '/// <reference lib="esnext.disposable" />',
  },
};

/**
 * What a plain script tag loads: everything in one file, except the stand-in for a missing BroadcastChannel.
 * No browser of the last years needs that one, so it stays lazy here too: `import()` works in classic scripts and
 * resolves against the script's own address, where the stand-in lies as a sibling file.
 */
const standIn = "sojourn.broadcast-channel.js";
const bundling = [resolve({ browser: true }), commonjs(), typescript, terser()];

const script = {
  input: "src/iife.ts",
  external: ["broadcast-channel"],
  plugins: bundling,
  output: {
    file: "dist/sojourn.iife.js",
    format: "iife",
    name: "Sojourn",
    // One file: there is nothing to load later, but the stand-in.
    inlineDynamicImports: true,
    sourcemap: true,
    paths: { "broadcast-channel": `./${standIn}` },
  },
};

const scriptStandIn = {
  input: "broadcast-channel",
  plugins: bundling,
  output: { file: `dist/${standIn}`, format: "es", sourcemap: true },
};

/** `npx sojourn doctor`: one file for Node, with all that it needs, so that nobody installs it who only wants the library. */
const command = {
  input: "src/doctor/main.ts",
  external: isBuiltin,
  plugins: [resolve(), typescript],
  output: { file: "dist/doctor.js", format: "es", sourcemap: true },
};

export default [
  modules,
  developed,
  onServers,
  declarations,
  serverDeclarations,
  script,
  scriptStandIn,
  command,
];
