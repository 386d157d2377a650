import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));

/** `sojourn` and its entries mean the sources here, as tsconfig.json's `paths` says. */
const shared = { root, resolve: { tsconfigPaths: true } };

/** A folder of tests that need nothing but Node and leave nothing behind, so files can share a worker. */
const plain = (name: string) => ({
  ...shared,
  test: { name, include: [`test/${name}/**/*.test.ts`], environment: "node" as const, isolate: false },
});

/** A folder of tests that need a document. */
const page = (name: string, folder = name, alias: Record<string, string> = {}) => ({
  root,
  resolve: { ...shared.resolve, alias },
  test: { name, include: [`test/${folder}/**/*.test.{ts,tsx}`], environment: "jsdom" as const },
});

export default defineConfig({
  root,
  test: {
    maxWorkers: "100%",
    projects: [
      plain("core"),
      plain("session"),
      plain("server"),
      page("warning"),
      {
        ...shared,
        test: {
          name: "platform",
          include: ["test/platform/**/*.test.ts"],
          environment: "jsdom",
          setupFiles: ["fake-indexeddb/auto"],
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
            include: ["test/types/**/*.test-d.ts"],
            tsconfig: "test/tsconfig.json",
          },
        },
      },
      {
        // The package as it is published: needs a build, so `npm run check` leaves it out.
        test: {
          name: "package",
          root,
          include: ["test/package/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
