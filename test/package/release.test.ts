import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json"));

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const names = readdirSync(join(root, ".github/workflows"));
const workflow = (name: string): Workflow => {
  const document = parseDocument(read(`.github/workflows/${name}`));
  expect(document.errors, name).toEqual([]);
  return document.toJS();
};
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

test("the notes of a release name the hash of the script that is published", () => {
  const notes = execFileSync(process.execPath, ["scripts/sri.mjs"], { cwd: root }).toString();
  const hash = createHash("sha384").update(read("dist/sojourn.iife.js")).digest("base64");
  expect(notes).toContain(`integrity="sha384-${hash}"`);
  expect(notes).toContain(`/sojourn@${manifest.version}/dist/sojourn.iife.js"`);
});

test("what is published says where it comes from", () => {
  expect(manifest.publishConfig).toEqual({ access: "public", provenance: true });
  const { jobs } = workflow("release.yml");
  expect(jobs.release?.permissions).toMatchObject({ "id-token": "write" });
});

test("every supported line of Node runs all the tests", () => {
  const { jobs } = workflow("test.yml");
  expect(jobs.test?.strategy?.matrix.node).toEqual([20, 22, 24]);
  expect(jobs.test?.steps.map(({ run }) => run)).toContain("npm test");
  expect(jobs.consumers?.steps.map(({ run }) => run)).toContain("npm run consumers");
});

describe.each(names)("%s", (name) => {
  test("runs commands that there are", () => {
    const lines = stepsOf(workflow(name)).flatMap(({ run, with: given }) =>
      [run, given?.version, given?.publish].flatMap((it) => (typeof it === "string" ? it.split("\n") : [])),
    );
    const scripts = lines.flatMap((line) => [...line.matchAll(/\bnpm (?:run )?(?!run|ci\b)([\w:]+)/g)]);
    expect(scripts.length).toBeGreaterThan(0);
    for (const [line, script = ""] of scripts) expect(manifest.scripts, line).toHaveProperty([script]);
    for (const [, file = ""] of lines.join("\n").matchAll(/\bnode (scripts\/\S+)/g))
      expect(existsSync(join(root, file)), file).toBe(true);
  });

  test("uses what nobody can change afterwards, and may do what it says and nothing else", () => {
    const flow = workflow(name);
    const used = stepsOf(flow).flatMap(({ uses }) => uses ?? []);
    for (const it of used) expect(it).toMatch(/@[0-9a-f]{40}$/);
    expect(flow.permissions).toBeDefined();
    expect(Object.values(flow.permissions ?? {})).not.toContain("write");
  });
});
