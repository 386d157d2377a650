import { readFileSync } from "node:fs";
import { join } from "node:path";

export const folder = join(import.meta.dirname, "../../docs/recipes/");

/** Recipes that are part of a page of their own. */
const where: Readonly<Record<string, string>> = {
  devtools: "../devtools.md",
  warning: "../warning.md",
  dpop: "../dpop.md",
  security: "../security.md",
};

/** The code blocks of a recipe by the file name that stands behind their language. */
export function blocksOf(recipe: string): Map<string, string> {
  const text = readFileSync(join(folder, where[recipe] ?? `${recipe}.md`), "utf8");
  const blocks = [...text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)];
  if (blocks.length !== text.match(/^```\w/gm)?.length)
    throw new Error(`${recipe}.md has a code block without a file name: nobody would run it.`);
  return new Map(blocks.map(([, name, code]) => [name, code] as [string, string]));
}
