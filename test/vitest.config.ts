import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { pages } from "./docs/plugin.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** `sojourn` and its entries mean the sources here, as tsconfig.json's `paths` says. */
const shared = { root, resolve: { tsconfigPaths: true } };

/** Nothing waits for a clock; what is slow is a machine that has browsers to serve first. */
const PATIENCE = 60_000;
const patient = { testTimeout: PATIENCE, hookTimeout: PATIENCE };

/** A folder of tests that need nothing but Node and leave nothing behind, so files can share a worker. */
const plain = (name: string) => ({
  ...shared,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: "node" as const,
    isolate: false,
    ...patient,
  },
});

/** The same with an IndexedDB. */
const withStorage = (name: string) => {
  const { test, ...project } = plain(name);
  return { ...project, test: { ...test, setupFiles: ["fake-indexeddb/auto"] } };
};

/** The same with the code blocks of the documentation. */
const withPages = (name: string) => ({ ...plain(name), plugins: [pages()] });

type Aliases = { find: RegExp; replacement: string }[];

/** Tests that need a document; those of a binding run once for every version of its framework. */
const page = (name: string, version = "", alias: Aliases = []) => ({
  root,
  resolve: { ...shared.resolve, alias },
  test: {
    name: name + (alias.length ? `-${version}` : ""),
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    environment: "jsdom" as const,
    env: { FRAMEWORK: version },
    ...patient,
  },
});
const react18 = { find: /^(?=react(-dom)?($|\/))/, replacement: `${root}test/react/18/node_modules/` };
const vue34 = { find: /^vue(?=$|\/)/, replacement: "vue-34" };

/** The code blocks of the documentation, run in the browser's build of their frameworks. */
const docs = {
  ...page("docs"),
  plugins: [pages()],
  resolve: { ...shared.resolve, conditions: ["browser"] },
  ssr: { noExternal: [/^(svelte|solid-js)($|\/)/], resolve: { conditions: ["browser"] } },
};

/** The parsers, fed with chance: with ten times as much of it by `npm run properties`. */
const properties = (inputs: number) => {
  const { test, ...project } = plain("properties");
  return { ...project, test: { ...test, env: { INPUTS: `${inputs}` }, testTimeout: 20 * PATIENCE } };
};

export default defineConfig(({ mode }) => ({
  root,
  test: {
    maxWorkers: "100%",
    projects: [
      plain("core"),
      plain("presets"),
      plain("session"),
      plain("tokens"),
      withPages("server"),
      plain("evidence"),
      plain("doctor"),
      plain("bench"),
      withStorage("dpop"),
      properties(mode === "thorough" ? 100_000 : 10_000),
      page("warning"),
      page("element"),
      page("devtools"),
      page("react", "19"),
      page("react", "18", [react18]),
      page("vue", "3.5"),
      page("vue", "3.4", [vue34]),
      docs,
      {
        ...shared,
        test: {
          name: "platform",
          include: ["test/platform/**/*.test.ts"],
          environment: "jsdom",
          setupFiles: ["fake-indexeddb/auto"],
          ...patient,
        },
      },
      {
        ...shared,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            checker: `${root}test/package/typescript/7/node_modules/typescript/bin/tsc`,
            include: ["test/types/**/*.test-d.ts"],
            tsconfig: "test/types/tsconfig.json",
          },
        },
      },
      {
        // Starts processes of its own, as many as there are cores. `suite-`: a suite of `npm test` apart, left out
        // otherwise by `--project=!suite-*` (of several such filters any one is enough to be let in).
        ...shared,
        test: {
          name: "suite-simulation",
          include: ["test/simulation/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Starts a Redis, which may not be there.
        ...shared,
        test: {
          name: "suite-redis",
          include: ["test/redis/**/*.test.ts"],
          globalSetup: "test/redis/support/global.ts",
          ...patient,
        },
      },
      {
        // The package as it is published: needs a build, so `npm run check` leaves it out.
        test: {
          name: "suite-package",
          root,
          include: ["test/package/**/*.test.ts"],
          ...patient,
        },
      },
    ],
  },
}));
