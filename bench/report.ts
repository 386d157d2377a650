import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));

const HEAD = `# Benchmarks

Figures of one machine on one day, as ratios to something bare that ran in between: what they are good for is to see what
costs how much, not how fast your server is. Each section is written by the command that it names.
`;

/** Puts a section in the place of what the same bench wrote last time. */
export function writeSection(name: string, text: string): void {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const section = `${begin}\n${text.trim()}\n${end}`;
  const before = existsSync(page) ? readFileSync(page, "utf8") : HEAD;
  const at = before.indexOf(begin);
  const after =
    at < 0
      ? `${before.trimEnd()}\n\n${section}\n`
      : before.slice(0, at) + section + before.slice(before.indexOf(end) + end.length);
  writeFileSync(page, after);
}

/** The machine, in a line. */
export function machine(): string {
  const [{ model } = { model: "unknown" }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${model.trim()}, ${memory} GB, ${type()} ${release()}, Node ${process.versions.node}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The median, with the least and the most: `0.42 (0.40–0.45)`. */
export function withSpread(values: readonly number[], digits = 2): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
