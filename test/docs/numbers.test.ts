// @vitest-environment node
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pages, readPage, root } from "./blocks.js";

const { default: limits }: { default: { name: string; limit: string }[] } = await import(
  /* @vite-ignore */ `${root}.size-limit.mjs`
);

/** Sizes that pages speak of and nobody can look up in the table of limits: when they were written, and why. */
const HISTORY: Readonly<Record<string, string>> = {
  "docs/decisions.md 0.15 kB": "what idb-keyval's default store would cost",
};

test("a size in prose is the limit that npm test keeps", () => {
  const kept = new Set(limits.map(({ limit }) => limit));
  const loose = pages
    .filter((page) => !page.includes("benchmarks"))
    .flatMap((page) =>
      [...readPage(page).matchAll(/(?<![\w.])(\d+(?:\.\d+)?) kB\b/g)].map(([said]) => `${page} ${said}`),
    )
    .filter((said) => !(said in HISTORY) && !kept.has(said.slice(said.indexOf(" ") + 1)));
  expect(loose).toEqual([]);
});

test("what the read-me says of its size is said of the right entry", () => {
  const [, entry, all] =
    /fails above (\S+ kB) \(brotli.*?\) for the first, (\S+ kB) for all/.exec(readPage("README.md")) ?? [];
  const limitOf = (words: RegExp) => limits.find(({ name }) => words.test(name))?.limit;
  expect(entry).toBe(limitOf(/^sojourn: what the entry loads at once/));
  expect(all).toBe(limitOf(/^sojourn: everything for a session in cookies/));
});

test("llms.txt leads to pages that the site has", () => {
  const links = [...readPage("docs/llms.txt").matchAll(/\]\(([^)]+)\.html\)/g)].map(([, link = ""]) => link);
  const entries = Object.keys(JSON.parse(readPage("package.json")).exports).map((entry) =>
    entry.replace(/^\./, "sojourn").replaceAll("/", "_"),
  );
  const there = (link: string) => {
    const [folder, name = ""] = link.split("/");
    if (link === "index") return true;
    if (folder === "modules") return entries.includes(name);
    // Of what is exported: the name stands in a source.
    if (folder === "types") return readPage("src/index.ts").includes(name.split(".")[1] ?? "");
    return existsSync(join(root, "docs", `${link}.md`));
  };
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !there(link))).toEqual([]);
});
