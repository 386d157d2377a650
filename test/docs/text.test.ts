// @vitest-environment node
import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { blocksIn, pages, readPage, root } from "./blocks.js";

const { scripts, exports } = JSON.parse(readPage("package.json"));

/** The text of a page without its code blocks. */
const prose = (page: string) => readPage(page).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");

/** A heading's anchor, as GitHub and the site make it. */
const anchorOf = (heading: string) =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

/** The anchors of a page; of headings that are equal only the first has a name of its own. */
const anchorsOf = (page: string) =>
  new Set([...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)));

/** Where the links of a page lead that stay in the project: from the root, with the anchor. */
function linksOf(page: string): { to: string; anchor: string | undefined }[] {
  const inline = [...prose(page).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
  const named = [...prose(page).matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  return [...inline, ...named]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = "", anchor] = link.split("#");
      return { to: path ? posix.normalize(posix.join(dirname(page), path)) : page, anchor };
    });
}

test.each(pages)("%s: no link is dead", (page) => {
  const dead = linksOf(page).filter(({ to, anchor }) => {
    if (to.startsWith("..") || !existsSync(join(root, to))) return true;
    return anchor !== undefined && to.endsWith(".md") && !anchorsOf(to).has(anchor);
  });
  expect(dead).toEqual([]);
});

test("every page can be reached from the first", () => {
  const seen = new Set(["README.md"]);
  for (const page of seen) for (const { to } of linksOf(page)) if (pages.includes(to)) seen.add(to);
  expect(pages.filter((page) => !seen.has(page))).toEqual([]);
});

test.each(pages)("%s: commands are there, and JSON is JSON", (page) => {
  const text = readPage(page);
  // `npm run docs`, and in a table `npm run e2e -- idle`. What a reader is told of their own application is not ours.
  const ours = page.startsWith("docs/guides/") ? "" : text;
  const named = [...ours.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  const files = [...ours.matchAll(/\bnode (scripts\/[\w./-]+)/g)].map(([, file = ""]) => file);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  for (const { language, code, line } of blocksIn(page)) {
    if (language === "json") expect(() => JSON.parse(code), `${page}:${line}`).not.toThrow();
    if (language === "jsonc")
      expect(ts.parseConfigFileTextToJson(page, code).error, `${page}:${line}`).toBeUndefined();
  }
});

test("every entry that a page names exists", () => {
  const known = new Set(Object.keys(exports).map((entry) => entry.replace(/^\./, "sojourn")));
  for (const page of pages)
    for (const [, name = ""] of readPage(page).matchAll(/["`](sojourn(?:\/[a-z]+)?)["`]/g))
      expect(known, page).toContain(name);
});
