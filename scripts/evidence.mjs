// Which test proves which promise. `docs/evidence/` lists what is promised, by id; the names of the tests carry the ids.
// Fails where a promise has no test, where a test names a promise that nobody made, and where a promise is still marked
// as planned although a test carries it.
//
//   npm run evidence             every promise with its tests
//   npm run evidence F7 S3       these only
//   npm run evidence -- --brief  what is wrong, and the sums

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import ts from "typescript";
import { root } from "./setup.mjs";

const ID = /\b(?:[FISCTA]\d{1,2}|I-[a-z]+)\b/g;
const idsIn = (text) => text.match(ID) ?? [];

const filesIn = (folder, pattern) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("node_modules"))
    .sort();

/** A row is `| id | what is promised | where it comes from |`; `*planned: why*` in it says that no test can carry it yet. */
const promisesIn = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, id]) => id && idsIn(id)[0] === id)
    .map(([, id, promise]) => ({ id, promise, planned: /\*planned: (.+?)\*/.exec(promise)?.[1] }));

/** What does not run, or is expected to fail, proves nothing. */
const IDLE = ["skip", "todo", "fixme", "fail", "fails"];

/** Every test of a file, with the ids in its name, in those around it and, for a table of tests, in its rows. */
function testsIn(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const constants = new Map();
  const tests = [];

  const visit = (node, around) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name))
      constants.set(node.name.text, node.initializer);
    const call = ts.isCallExpression(node) && called(node.expression);
    const title = call && node.arguments.length > 1 && textOf(node.arguments[0]);
    if (!title) return ts.forEachChild(node, (child) => visit(child, around));
    if (IDLE.some((word) => call.words.includes(word))) return;
    const rows = /[%$]/.test(title) ? call.tables.flatMap((table) => stringsIn(table)) : [];
    const ids = [...around, ...[title, ...rows].flatMap(idsIn)];
    if (call.words.includes("describe")) return ts.forEachChild(node, (child) => visit(child, ids));
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    tests.push({ file, line, title, ids: [...new Set(ids)] });
  };

  /** The strings of a table of tests: its rows, and their cells. */
  const stringsIn = (node, depth = 0) => {
    if (!node || depth > 3) return [];
    if (ts.isIdentifier(node)) return stringsIn(constants.get(node.text), depth + 1);
    if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap((it) => stringsIn(it, depth + 1));
    if (ts.isObjectLiteralExpression(node))
      return node.properties.flatMap((it) => stringsIn(it.initializer, depth + 1));
    if (node.expression && !ts.isCallExpression(node)) return stringsIn(node.expression, depth); // `as const`, `...`, `( )`
    return [textOf(node)].filter(Boolean);
  };

  visit(source, []);
  return tests;
}

/** `test.each(table)` and the like: the words of the callee, and the tables that it was given. */
function called(callee, words = [], tables = []) {
  if (ts.isPropertyAccessExpression(callee))
    return called(callee.expression, [...words, callee.name.text], tables);
  if (ts.isCallExpression(callee)) return called(callee.expression, words, callee.arguments);
  if (!ts.isIdentifier(callee) || !["test", "it", "describe"].includes(callee.text)) return undefined;
  return { words: [...words, callee.text], tables };
}

/** What is written of a string, a template or a sum of them. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("");
  if (ts.isBinaryExpression(node)) return `${textOf(node.left) ?? "…"}${textOf(node.right) ?? "…"}`;
  return undefined;
}

/** Looks through a project: what it promises, each with its tests, and what is wrong with that. */
export function examine(project) {
  const promises = filesIn(join(project, "docs/evidence"), /\.md$/).flatMap(promisesIn);
  const tests = ["test", "e2e"]
    .flatMap((folder) => filesIn(join(project, folder), /\.tsx?$/))
    .flatMap(testsIn);
  const at = ({ file, line }) => `${relative(project, file)}:${line}`;
  const rows = promises.map((promise) => ({
    ...promise,
    tests: tests
      .filter(({ ids }) => ids.includes(promise.id))
      .map((test) => ({ where: at(test), title: test.title })),
  }));

  const wrong = rows.flatMap(({ id, planned, tests }, i) => [
    ...(rows.findIndex((row) => row.id === id) < i ? [`${id} is promised twice`] : []),
    ...(!planned && tests.length === 0 ? [`${id} has no test`] : []),
    ...(planned && tests.length > 0
      ? [`${id} is marked as planned, and is carried by ${tests[0].where}`]
      : []),
  ]);
  for (const test of tests)
    for (const id of test.ids)
      if (!rows.some((row) => row.id === id))
        wrong.push(`${at(test)} carries ${id}, which is promised nowhere`);

  const planned = rows.filter((row) => row.planned).length;
  const carrying = tests.filter(({ ids }) => ids.length > 0).length;
  const sum = `${rows.length - planned} promises, carried by ${carrying} of ${tests.length} tests; ${planned} more planned`;
  return { rows, wrong, sum };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { brief: { type: "boolean" } },
    allowPositionals: true,
  });
  const { rows, wrong, sum } = examine(root);
  for (const { id, promise, planned, tests } of values.brief ? [] : rows) {
    if (positionals.length > 0 && !positionals.includes(id)) continue;
    console.log(`\n${id}  ${planned ? `planned: ${planned}` : promise}`);
    for (const { where, title } of tests) console.log(`    ${where}  ${title}`);
  }
  console.log(`\n${sum}`);
  if (wrong.length > 0) console.error(["", ...wrong].join("\n  ✗ "));
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
