import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

interface Row {
  id: string;
  planned: string | undefined;
  tests: { where: string; title: string }[];
}
const script = new URL("../../scripts/evidence.mjs", import.meta.url).href;
const { examine }: { examine(project: string): { rows: Row[]; wrong: string[]; sum: string } } = await import(
  script
);

const PROMISES = `
| id | behaviour | source |
|---|---|---|
| F1 | one refresh | somewhere |
| S2 | a limit that stays | a standard |
| I-once | no second use | the protocol |
| T7 | *planned: not built.* A proof | a standard |
`;

const TESTS = `
import { describe, expect, test } from "vitest";
const rows = [["F1 one tab", 1], ["several tabs", 2]] as const;
describe("S2 the limit", () => test(\`stays \${1} time\`, () => {}));
test.each(rows)("a refresh of %s", () => {});
test.describe.serial("a credential", () => void test("I-once is used once", { timeout: 1 }, () => {}));
`;

/** What is said of a project with these tests and promises. */
function judge(tests: string, promises = PROMISES) {
  const project = mkdtempSync(join(tmpdir(), "sojourn-evidence-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  const files = { "docs/evidence/all.md": promises, "test/some.test.ts": tests, "e2e/some.spec.ts": "" };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
  return examine(project);
}

test("a promise is proven by the name of a test, of what is around it, or by the row of its table", () => {
  const { rows, wrong, sum } = judge(TESTS);
  expect(wrong).toEqual([]);
  expect(rows.map(({ id, tests }) => [id, ...tests.map(({ where, title }) => `${where} ${title}`)])).toEqual([
    ["F1", "test/some.test.ts:5 a refresh of %s"],
    ["S2", "test/some.test.ts:4 stays … time"],
    ["I-once", "test/some.test.ts:6 I-once is used once"],
    ["T7"],
  ]);
  expect(sum).toBe("3 promises, carried by 3 of 3 tests; 1 more planned");
});

test("a promise without a test is not kept", () => {
  expect(judge(TESTS.replace("F1 ", "")).wrong).toEqual(["F1 has no test"]);
});

test("a test that does not run keeps no promise, nor does a comment or a string", () => {
  const asleep = TESTS.replace("describe(", "describe.skip(").replace("test.each", "test.fails.each");
  const said = `${asleep} // test("F1 S2", () => {});\nexpect("F1 S2").toBe('test("F1", () => {})');`;
  expect(judge(said).wrong).toEqual(["F1 has no test", "S2 has no test"]);
});

test("a test cannot prove what nobody promised", () => {
  expect(judge(`${TESTS}\ntest("F99 and I-never", () => {});`).wrong).toEqual([
    "test/some.test.ts:8 carries F99, which is promised nowhere",
    "test/some.test.ts:8 carries I-never, which is promised nowhere",
  ]);
});

test("what is proven is planned no longer", () => {
  expect(judge(`${TESTS}\ntest("T7 a proof", () => {});`).wrong).toEqual([
    "T7 is marked as planned, and is carried by test/some.test.ts:8",
  ]);
});

test("nothing is promised twice", () => {
  expect(judge(TESTS, `${PROMISES}\n| S2 | again | elsewhere |`).wrong).toEqual(["S2 is promised twice"]);
});
