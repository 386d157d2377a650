// @vitest-environment node
import { join } from "node:path";
import { svelte2tsx } from "svelte2tsx";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";
import { blocksOf, folder } from "./blocks.js";

const root = join(import.meta.dirname, "../..");
const recipes = ["svelte", "solid", "angular", "step-up", "devtools", "warning", "dpop", "security"];
/** Not for the compiler; of a package that is not installed here. */
const left = ["page.html", "tanstack.ts"];
const slips: [recipe: string, right: string, wrong: string, where: string][] = [
  ["svelte", "user?.name", "user?.nmae", "App.svelte.ts"],
  ["svelte", "{$warning.secondsLeft}", "{$warning.seconds}", "Warning.svelte.ts"],
  ["solid", "now.user :", "now.usr :", "use-session.ts"],
  ["step-up", 'stepUp: "wait"', 'stepUp: "await"', "transfer.ts"],
  ["step-up", "await it.done", "await it.over", "password-dialog.ts"],
  ["devtools", "devtools.render(place)", "devtools.render(place, 5)", "plain.ts"],
  ["devtools", "{ world }", "{ wolrd: world }", "world.ts"],
  ["warning", "element.session = session", "element.session = 5", "warning.ts"],
  ["warning", "warning.extend()", "warning.extnd()", "bar.ts"],
  ["dpop", "clientId, proof })", "clientId, prof: proof })", "oauth.ts"],
  ["security", 'tokens: "sealed"', 'tokens: "seald"', "memory.ts"],
  ["security", "session.start({ exchange", "session.begin({ exchange", "in-worker.ts"],
  ["security", "keepTokens({", "keepToken({", "session-worker.ts"],
  ["angular", "state.set(now)", "state.set(now.status)", "inject-session.ts"],
];

const files = new Map<string, string>();
/** Puts a recipe, as it is or with a slip of the pen, into a folder that is not there. */
function write(name: string, recipe: string, change = (code: string) => code): string {
  const target = join(folder, name).replaceAll("\\", "/");
  for (const [file, code] of blocksOf(recipe))
    if (file.endsWith(".svelte")) {
      const options = { filename: file, isTsFile: true, version: "5" } as const;
      files.set(`${target}/${file}.ts`, svelte2tsx(change(code), options).code);
    } else if (!left.includes(file))
      files.set(`${target}/${file}`, file === "session.ts" ? code : change(code));
  return `${target}/`;
}

/** What the compiler has to say of a file. All are one program: the frameworks are read once. */
const complaints = new Map<string, string[]>();
beforeAll(() => {
  for (const recipe of recipes) write(recipe, recipe);
  for (const [i, [recipe, right, wrong]] of slips.entries())
    write(`slip-${i}`, recipe, (code) => code.replace(right, wrong));

  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, language) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, language);
  };
  // A folder that is not there would not be looked into.
  delete host.directoryExists;
  const ambient = ["svelte2tsx/svelte-shims-v4.d.ts", "svelte/svelte-html.d.ts"];
  const program = ts.createProgram(
    [...files.keys(), ...ambient.map((file) => join(root, "node_modules", file))],
    options,
    host,
  );
  for (const path of files.keys()) {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    complaints.set(
      path,
      found.map((it) => ts.flattenDiagnosticMessageText(it.messageText, "\n")),
    );
  }
}, 120_000);

const about = (name: string) =>
  [...complaints]
    .filter(([path]) => path.includes(`/recipes/${name}/`))
    .flatMap(([path, found]) => found.map((text) => `${path.slice(path.lastIndexOf("/") + 1)}: ${text}`));

test.each(recipes)("%s: the recipe is right in its types", (recipe) => {
  expect(about(recipe)).toEqual([]);
});

test.each(slips.map((slip, i) => [...slip, i] as const))(
  "%s: %s written %s is noticed",
  (_recipe, _right, _wrong, where, i) => {
    expect(about(`slip-${i}`)).toEqual([expect.stringMatching(`^${where}: `)]);
  },
);
