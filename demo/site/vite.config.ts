import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The site imports `sojourn` by its name: what it gets is the built package, through the exports map, as any application would. */
export default defineConfig({
  root: here("."),
  plugins: [
    vue({
      template: {
        compilerOptions: {
          isCustomElement: (tag) => tag === "session-warning",
          // Long static parts would become strings of markup, which Trusted Types refuse.
          hoistStatic: false,
        },
      },
    }),
  ],
  // Vue would make a Trusted Types policy that lets every string through. The site uses none, and its
  // Content-Security-Policy reports whoever makes one.
  define: { "window.trustedTypes": "undefined" },
  worker: { format: "es" },
  build: {
    outDir: here("../dist"),
    emptyOutDir: true,
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // The site's Content-Security-Policy allows files of its own origin and nothing that is written into another file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // "use client" is for frameworks with server components.
      onLog: (level, log, report) => log.code !== "MODULE_LEVEL_DIRECTIVE" && report(level, log),
      input: {
        vanilla: here("index.html"),
        react: here("react/index.html"),
        vue: here("vue/index.html"),
        oauth: here("oauth-app/index.html"),
      },
    },
  },
});
