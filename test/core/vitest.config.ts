import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * The core's tables alone, for mutation testing: the histories in `history.test.ts` are drawn by chance, which must not
 * decide what a mutant comes to, and take long.
 */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["test/core/**/*.test.ts"],
    exclude: ["test/core/history.test.ts"],
    environment: "node",
    isolate: false,
  },
});
