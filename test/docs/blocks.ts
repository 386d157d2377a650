import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const root = join(import.meta.dirname, "../../");

/** The files of a folder, from the root on. */
const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("docs/dist/"))
    .sort();

/** Everything that people read: the pages of the documentation, and those beside it. */
export const pages: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...filesIn("docs", ".md"),
];

/** The sources, for the examples in their doc comments. */
export const sources: readonly string[] = filesIn("src", ".ts");

/** A code block. The blocks of a page are one folder: they import each other by their names. */
export interface Block {
  /** `docs/guides/react.md`, or the source file with the doc comment. */
  readonly page: string;
  readonly line: number;
  readonly language: string;
  /** What stands behind the language, or `block-3.ts`. */
  readonly file: string;
  readonly code: string;
  /** From a comment before the block, `<!-- given: … -->`: what the reader is not shown, and the compiler needs. */
  readonly given: string;
  /** From a comment before the block, `<!-- unchecked: … -->`: why the compiler is not asked. */
  readonly unchecked: string | undefined;
}

const BLOCK =
  /(?:^ *<!-- (given|unchecked): ((?:(?!-->)[\s\S])*?)\s*-->\s*\n)?^( *)```(\w*) ?(\S*)\n([\s\S]*?)^\3```$/gm;

export const readPage = (page: string) => readFileSync(join(root, page), "utf8");

function blocksOfText(page: string, text: string): Block[] {
  return [...text.matchAll(BLOCK)].map((match, i) => {
    const [all, comment, said = "", indent = "", language = "", name, code = ""] = match;
    const line = text.slice(0, match.index + all.indexOf("```")).split("\n").length;
    return {
      ...{ page, line, language },
      file: name || `block-${i + 1}.${language || "txt"}`,
      code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      given: comment === "given" ? said : "",
      unchecked: comment === "unchecked" ? said : undefined,
    };
  });
}

/** The code blocks of a page, or those in the doc comments of a source file. */
export function blocksIn(page: string): Block[] {
  const text = readPage(page);
  if (page.endsWith(".md")) return blocksOfText(page, text);
  // Line for line, so that a block is found where it stands.
  const comments = text.replaceAll(/^(?:\s*\/?\*\*?\/? ?)(.*)$|^.*$/gm, (_line, said = "") => said);
  return blocksOfText(page, comments);
}

/** The code blocks of a page by their file names. */
export const filesOf = (page: string): Map<string, string> =>
  new Map(blocksIn(page).map(({ file, code }) => [file, code]));
