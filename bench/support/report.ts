import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";
import type { Browser } from "@playwright/test";

const page = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));

/** What a benchmark has found: its part of docs/benchmarks.md, and the plots that are shown there, by name. */
export interface Report {
  readonly markdown: string;
  readonly plots?: Readonly<Record<string, string>> | undefined;
}

/** Writes it down, and says it. */
export function publish(name: string, { markdown, plots = {} }: Report): void {
  mkdirSync(images, { recursive: true });
  for (const [plot, svg] of Object.entries(plots)) writeFileSync(`${images}bench-${plot}.svg`, svg);
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const before = readFileSync(page, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no ${begin} … ${end}.`);
  writeFileSync(page, `${before.slice(0, from)}${begin}\n${markdown.trim()}\n${before.slice(to)}`);
  console.log(markdown);
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

const manifestOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8"));

/** `name 1.2.3`, of what is installed. */
const versionOf = (name: string): string => `${name} ${manifestOf(name).version}`;

/** The machine, in a line. */
function machine(): string {
  const [{ model } = { model: "unknown" }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${model.trim()}, ${memory} GB, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** By which command, when, where and with what. */
export function circumstances(name: string, browser: Browser | undefined, peers: readonly string[]): string {
  const engine = browser ? `, Chromium ${browser.version()}` : "";
  const day = new Date().toISOString().slice(0, 10);
  return `\`npm run bench -- ${name}\`, ${day}: ${machine()}${engine}; ${peers.map(versionOf).join(", ")}.`;
}
