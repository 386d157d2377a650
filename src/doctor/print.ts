import type { Report, ReportEntry } from "./report.js";

/** Colours for a terminal, or none. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly dim: (text: string) => string;
}

const plain = (text: string): string => text;
const wrapIn = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;

export const PLAIN: Style = { bold: plain, red: plain, green: plain, dim: plain };
export const COLOURED: Style = { bold: wrapIn(1), red: wrapIn(31), green: wrapIn(32), dim: wrapIn(2) };

const WIDTH = 96;

/** The report for people. Says everything in words: colours add nothing that is not there without them. */
export function print(report: Report, style: Style): string {
  const of = (state: ReportEntry["state"]) => report.checks.filter((check) => check.state === state);
  const [found, passed, left] = [of("found"), of("passed"), of("not-run")];
  const lines = [style.bold(`Sojourn doctor: ${report.url} (preset ${report.preset})`), ""];
  for (const entry of found) lines.push(...finding(entry, style), "");
  if (passed.length > 0)
    lines.push(
      style.bold("Passed"),
      ...passed.map(({ id, title }) => `  ${style.green("ok")}  ${id}: ${title}`),
      "",
    );
  if (left.length > 0)
    lines.push(
      style.bold("Not run"),
      ...left.map(({ id, seen }) => `  ${style.dim("--")}  ${id}: ${seen.join("; ")}`),
      "",
    );
  lines.push(...report.notes.map((note) => `Note: ${note}`));
  const sum = `${found.length} found, ${passed.length} passed, ${left.length} not run`;
  lines.push(style.bold(found.length > 0 ? style.red(sum) : style.green(sum)));
  return lines.join("\n");
}

function finding({ id, title, weight, seen, why, change, sources }: ReportEntry, style: Style): string[] {
  const word = style.red(weight === "must" ? "FOUND (must)" : "FOUND (should)");
  const named = sources.map(({ name, url }) => `  ${name}: ${url}`);
  return [
    `${word} ${style.bold(id)}: not so: “${title}”`,
    ...wrap("Seen:", seen.join("; ")),
    ...wrap("Why it matters:", why),
    ...wrap("Change:", change),
    ...named,
  ];
}

function wrap(label: string, text: string): string[] {
  const lines: string[] = [];
  let line = `  ${label}`;
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `    ${word}`;
    } else line += ` ${word}`;
  }
  return [...lines, line];
}
