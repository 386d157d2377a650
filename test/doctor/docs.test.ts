import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HELP } from "../../src/doctor/arguments.js";
import type { Check } from "../../src/doctor/check.js";
import { CHECKS } from "../../src/doctor/checks/index.js";

const docs = readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8");

const row = ({ id, title, weight, why, sources }: Check): string => {
  const links = sources.map(({ name, url }) => `[${name}](${url})`).join(", ");
  return `| \`${id}\` | ${title} | ${weight} | ${why} | ${links} |`;
};

test("the table of the docs is that of the code", () => {
  const table = docs.split("\n").filter((line) => /^\| `/.test(line) && line.includes("](http"));
  expect(table).toEqual(CHECKS.map(row));
});

test("every check has a name of its own, a source, and something to do about it", () => {
  expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
  for (const { id, sources, change, why } of CHECKS) {
    expect(sources.length, id).toBeGreaterThan(0);
    expect(change, id).toMatch(/[.)]$|"$|includeSubDomains$/);
    expect(why, id).toMatch(/[.)]$/);
  }
});

test("the docs name every option", () => {
  for (const [option] of HELP.matchAll(/--[a-z-]+/g)) expect(docs, option).toContain(option);
});
