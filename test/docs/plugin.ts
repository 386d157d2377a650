import { posix } from "node:path";
import { compile } from "svelte/compiler";
import type { Plugin } from "vite";
import { blocksOf, folder } from "./blocks.js";

const inside = /\/docs\/recipes\/([\w-]+)\.md\/([^?]+)(\?own)?$/;

/**
 * Makes the code blocks of a recipe importable as if the recipe were a folder: `docs/recipes/svelte.md/App.svelte`.
 * Their `./session` is the session under test; the recipe's own one is `session.ts?own`.
 */
export function recipes(): Plugin {
  const root = folder.replaceAll("\\", "/");
  return {
    name: "recipes",
    enforce: "pre",
    resolveId(source, importer = "") {
      const [, recipe] = inside.exec(importer) ?? [];
      if (recipe && source.startsWith("./"))
        return posix.join(root, `${recipe}.md`, /\.\w+$/.test(source) ? source : `${source}.ts`);
      const [, wanted, name, own = ""] = inside.exec(source) ?? [];
      return wanted ? `${root}${wanted}.md/${name}${own}` : undefined;
    },
    load(id) {
      const [, recipe, name, own] = inside.exec(id) ?? [];
      if (!recipe) return undefined;
      if (name === "session.ts" && !own) return 'export { session } from "/test/recipes/session.ts";';
      const code = blocksOf(recipe).get(name);
      if (code === undefined) throw new Error(`${recipe}.md has no ${name}.`);
      return name.endsWith(".svelte") ? compile(code, { filename: name, generate: "client" }).js.code : code;
    },
  };
}
