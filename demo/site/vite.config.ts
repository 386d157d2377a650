import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The site imports `sojourn` by its name: what it gets is the built package, through the exports map, as any application would. */
export default defineConfig({
  root: here("."),
  build: {
    outDir: here("../dist"),
    emptyOutDir: true,
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // The site's Content-Security-Policy allows files of its own origin and nothing that is written into another file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: here("index.html") } },
  },
});
