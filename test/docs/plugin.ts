import { posix } from "node:path";
import { compile } from "svelte/compiler";
import type { Plugin } from "vite";
import { filesOf, root } from "./blocks.js";

const base = root.replaceAll("\\", "/");

/** A code block by its address: page, file name, and whether a recipe's own session is meant. */
function blockAt(id: string) {
  if (!id.startsWith(base)) return undefined;
  const [, page, file, own] = /^([\w/-]+\.md)\/([^?]+)(\?own)?$/.exec(id.slice(base.length)) ?? [];
  return page && file ? { page, file, own: !!own } : undefined;
}

/**
 * Makes the code blocks of a page importable as if the page were a folder: `docs/recipes/svelte.md/App.svelte`. The
 * sessions that they make with `createSession` are those of a tab in a simulated world (`world.ts`). In recipes
 * `./session` is the session under test; the recipe's own one is `session.ts?own`.
 */
export function pages(): Plugin {
  return {
    name: "pages",
    enforce: "pre",
    resolveId(source, importer = "") {
      const from = blockAt(importer);
      if (from && source === "sojourn" && !from.own) return `${base}test/docs/world.ts`;
      // The sources, as for whoever is mentioned in a tsconfig.json.
      if (from && /^sojourn(\/|$)/.test(source)) return this.resolve(source, `${base}test/docs/world.ts`);
      if (from && source.startsWith("./")) {
        const file = /\.\w+$/.test(source) ? source.replace(/\.js$/, ".ts") : `${source}.ts`;
        return posix.join(base, from.page, posix.dirname(from.file), file);
      }
      return blockAt(source) && source;
    },
    load(id) {
      const block = blockAt(id);
      if (!block) return undefined;
      const { page, file, own } = block;
      if (page.startsWith("docs/recipes/") && file === "session.ts" && !own)
        return 'export { session } from "/test/docs/session.ts";';
      if (page === "docs/servers/your-own.md" && /^(auth|users)\.ts$/.test(file))
        return 'export * from "/test/server/support/mounted.ts";';
      const code = filesOf(page).get(file);
      if (code === undefined) throw new Error(`${page} has no ${file}.`);
      return file.endsWith(".svelte") ? compile(code, { filename: file, generate: "client" }).js.code : code;
    },
  };
}
