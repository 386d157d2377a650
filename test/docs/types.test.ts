// @vitest-environment node
import { join } from "node:path";
import { createVueLanguagePlugin, getDefaultCompilerOptions, type VirtualCode } from "@vue/language-core";
import { svelte2tsx } from "svelte2tsx";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";
import { type Block, blocksIn, pages, root, sources } from "./blocks.js";

/** A slip of the pen in a page must be noticed, or the check checks nothing. */
const slips: [page: string, right: string, wrong: string, where: string][] = [
  ["README.md", 'idle: { timeout: "15m"', 'idle: { timeuot: "15m"', "session.ts"],
  ["docs/recipes/svelte.md", "user?.name", "user?.nmae", "App.svelte"],
  ["docs/recipes/svelte.md", "{$warning.secondsLeft}", "{$warning.seconds}", "Warning.svelte"],
  ["docs/recipes/solid.md", "now.user :", "now.usr :", "use-session.ts"],
  ["docs/recipes/step-up.md", 'stepUp: "wait"', 'stepUp: "await"', "transfer.ts"],
  ["docs/recipes/step-up.md", "await it.done", "await it.over", "password-dialog.ts"],
  ["docs/recipes/angular.md", "state.set(now)", "state.set(now.status)", "inject-session.ts"],
  ["docs/devtools.md", "devtools.render(place)", "devtools.render(place, 5)", "plain.ts"],
  ["docs/devtools.md", "{ world }", "{ wolrd: world }", "world.ts"],
  ["docs/guides/vue.md", "{{ user?.name }}", "{{ user?.nmae }}", "App.vue"],
  ["docs/guides/requests.md", "fetch: session.fetch, retry: 0", "fetsh: session.fetch, retry: 0", "ky.ts"],
  ["docs/guides/frameworks.md", "server: Sojourn.bff()", "sever: Sojourn.bff()", "page.html"],
  ["docs/warning.md", "element.session = session", "element.session = 5", "warning.ts"],
  ["docs/warning.md", "warning.extend()", "warning.extnd()", "bar.ts"],
  ["docs/dpop.md", "clientId, proof })", "clientId, prof: proof })", "oauth.ts"],
  ["docs/security.md", 'tokens: "sealed"', 'tokens: "seald"', "memory.ts"],
  ["docs/security.md", "session.start({ exchange", "session.begin({ exchange", "in-worker.ts"],
  ["docs/security.md", "keepTokens({", "keepToken({", "session-worker.ts"],
  ["docs/servers/your-own.md", "auth.signIn(request, user.id)", "auth.signIn(user.id)", "routes.ts"],
  ["docs/servers/your-own.md", "hello: user.name", "hello: user.nmae", "routes.ts"],
  ["docs/servers/your-own.md", "toNodeListener(auth.handle)", "toNodeListener(auth)", "express.ts"],
  ["docs/servers/your-own.md", "users.byId(id)", "users.byName(id)", "auth.ts"],
  ["docs/servers/keycloak.md", 'realm: "clinic"', 'relam: "clinic"', "session.ts"],
  ["docs/servers/supabase.md", "readSupabaseSession(await", "readSupabaseUser(await", "session.ts"],
  ["docs/servers/duende.md", '"X-CSRF": "1"', '"X-CSRF": 1', "session.ts"],
  ["docs/servers/sanctum.md", 'readCookie("XSRF-TOKEN")', "readCookie(5)", "session.ts"],
  ["src/session.ts", "session.requireFresh({ maxAge", "session.requireFresh({ maxage", "block-1.ts"],
];

/** What examples in doc comments take for granted, where they do not say it themselves. */
const GRANTED: Readonly<Record<string, string>> = {
  session: 'declare const session: import("sojourn").Session<Member>;',
  Member: "type Member = { id: string; name: string };",
};

const { config } = ts.readConfigFile(join(root, "test/tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, "test"));
// Blocks say what a reader would write, who has the usual settings.
Object.assign(options, { allowJs: true, checkJs: true, noUncheckedIndexedAccess: false });
const vue = createVueLanguagePlugin<string>(ts, options, getDefaultCompilerOptions(), (id) => id);

/** The script that a single-file component is to the compiler, with its template. */
function scriptOf(path: string, code: string): string {
  const made = vue.createVirtualCode?.(path, "vue", ts.ScriptSnapshot.fromString(code), {
    getAssociatedScript: () => undefined,
  });
  const parts: VirtualCode[] = made ? [made] : [];
  for (const part of parts) parts.push(...(part.embeddedCodes ?? []));
  const script = parts.find(({ id }) => /^script_(js|ts)x?$/.test(id))?.snapshot;
  if (!script) throw new Error(`${path} has no script.`);
  return script.getText(0, script.getLength());
}

/** Everything is a module, also what neither imports nor exports. */
const asModule = (code: string) => `${code}\nexport {};\n`;

/** What is missing of {@link GRANTED}. */
function granted(code: string): string {
  const lines: string[] = [];
  for (const [name, line] of Object.entries(GRANTED)) {
    const used = [code, ...lines].some((text) => new RegExp(`\\b${name}\\b`).test(text));
    const own = new RegExp(`\\b(const|type|interface|function) ${name}\\b|import[^;]*\\b${name}\\b`).test(
      code,
    );
    if (used && !own) lines.push(line);
  }
  return lines.join(" ");
}

const files = new Map<string, string>();
/** Puts the blocks of a page, as they are or with a slip of the pen, into a folder that is not there. */
function write(folder: string, blocks: readonly Block[], change = (code: string) => code): void {
  for (const block of blocks) {
    const path = join(root, folder, block.file).replaceAll("\\", "/");
    const code = change(block.code);
    if (block.unchecked !== undefined) continue;
    if (block.language === "svelte") {
      const svelte = { filename: block.file, isTsFile: true, version: "5" } as const;
      files.set(`${path}.ts`, svelte2tsx(code, svelte).code);
    } else if (block.language === "vue") {
      files.set(`${path}.ts`, scriptOf(path, code));
    } else if (block.language === "html") {
      for (const [i, [, script = ""]] of [...code.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].entries())
        files.set(`${path}.${i + 1}.ts`, asModule(`${block.given}\n${script}`));
    } else if (/^[jt]sx?$/.test(block.language)) {
      const given = block.page.startsWith("src/") ? granted(code) : block.given;
      files.set(path, asModule(`${given}\n${code}`));
    }
  }
}

/** What the compiler has to say of a file. All are one program: the frameworks are read once. */
const complaints = new Map<string, string[]>();
const written = [...pages, ...sources].map((page) => [page, blocksIn(page)] as const);
const withCode = written.filter(([, blocks]) =>
  blocks.some(({ language }) => /^([jt]sx?|vue|svelte|html)$/.test(language)),
);

beforeAll(() => {
  for (const [page, blocks] of withCode) write(page, blocks);
  for (const [i, [page, right, wrong]] of slips.entries())
    write(`slip-${i}/${page}`, blocksIn(page), (code) => code.replace(right, wrong));

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
      found.map((it) => {
        const line = file ? file.getLineAndCharacterOfPosition(it.start ?? 0).line : 0;
        return `${line}: ${ts.flattenDiagnosticMessageText(it.messageText, "\n")}`;
      }),
    );
  }
}, 240_000);

/** The complaints about a folder: `session.ts:3: Property …`, counted in the block. */
const about = (folder: string) =>
  [...complaints]
    .filter(([path]) => path.startsWith(join(root, folder, "/").replaceAll("\\", "/")))
    .flatMap(([path, found]) => found.map((text) => `${path.slice(path.lastIndexOf("/") + 1)}:${text}`));

test.each(withCode.map(([page]) => page))("%s: every code block is right in its types", (page) => {
  expect(about(page)).toEqual([]);
});

test.each(slips.map((slip, i) => [...slip, i] as const))(
  "%s: %s written %s is noticed",
  (page, right, _wrong, where, i) => {
    expect(blocksIn(page).some(({ code }) => code.includes(right))).toBe(true);
    expect(about(`slip-${i}/${page}`)).toEqual([expect.stringMatching(`^${where}`)]);
  },
);

test("what is not checked says why", () => {
  const reasons = written.flatMap(([, blocks]) => blocks.flatMap(({ unchecked }) => unchecked ?? []));
  for (const reason of reasons) expect(reason).toMatch(/\w{3,} \w{2,}/);
});
