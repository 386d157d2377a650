// Builds the documentation into docs/dist: the pages of docs/, the read-me, the API from the doc comments, a search that
// works without a server, and the playground. Fails where a link leads nowhere, or out to fetch something.
//
//   npm run docs

import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Application, Converter, JSX, KindRouter, ReflectionKind } from "typedoc";
import { buildPlayground } from "./playground.mjs";
import { root, setup } from "./setup.mjs";

setup({ browsers: [] });
process.chdir(root);
const out = join(root, "docs/dist");

/** The navigation: a page belongs to the first section whose pattern its path has. */
const SECTIONS = {
  Guides: /^docs\/guides\//,
  Recipes: /^docs\/recipes\//,
  Servers: /^docs\/servers/,
  Migration: /^docs\/migration\//,
  Evidence: /^docs\/(evidence\/|mutation|simulation|threats|benchmarks|accessibility)/,
  Reference: /^docs\//,
};

const { compilerOptions } = JSON.parse(readFileSync("tsconfig.json", "utf8"));
/** The entries of the package, as its users write them. */
const entries = Object.entries(compilerOptions.paths).map(([name, [path]]) => ({
  name,
  path: resolve(path),
}));

/** What is not released yet is in notes of its own. */
function changelog() {
  if (existsSync("CHANGELOG.md")) return readFileSync("CHANGELOG.md", "utf8").replace(/^# .*\n/, "");
  const notes = readdirSync(".changeset").filter((name) => name.endsWith(".md"));
  const texts = notes.map((name) =>
    readFileSync(join(".changeset", name), "utf8").replace(/^---[\s\S]*?---\s*/, ""),
  );
  return ["## Not released yet", ...texts].join("\n\n");
}

/** Pages have addresses by their paths, and names by their headings. */
const addresses = new WeakMap();
class Router extends KindRouter {
  getIdealBaseName(reflection) {
    return addresses.get(reflection) ?? super.getIdealBaseName(reflection);
  }
}

/**
 * A link to a source or a folder leads nowhere on the site: its words stay. Code in a heading is part of its name, as on
 * GitHub: TypeDoc looks for text among the children alone. A code block says what its file is called.
 */
function prepare(markdown) {
  markdown.core.ruler.push("prepare", (state) => {
    const { tokens, Token } = state;
    state.tokens = tokens.flatMap((token) => {
      const [, file] = token.type === "fence" ? token.info.split(" ") : [];
      if (!file) return token;
      const content = `<p class="file">${markdown.utils.escapeHtml(file)}</p>`;
      return [Object.assign(new Token("html_block", "", 0), { content }), token];
    });
    for (const { children } of tokens) {
      const open = [];
      for (const token of children ?? []) {
        if (token.type === "code_inline")
          token.children = [Object.assign(new Token("text", "", 0), { content: token.content })];
        if (token.type === "link_open") {
          const href = token.attrGet("href") ?? "";
          const stays = /^(https?:|mailto:|#)/.test(href) || /\.html(#.*)?$/.test(href);
          if (!stays) Object.assign(token, { tag: "span", attrs: [] });
          open.push(token.tag);
        } else if (token.type === "link_close") token.tag = open.pop();
      }
    }
  });
}

const app = await Application.bootstrap({
  name: "Sojourn",
  entryPoints: entries.map(({ path }) => path),
  tsconfig: "docs/tsconfig.json",
  readme: "README.md",
  projectDocuments: ["docs/**/*.md", "CONTRIBUTING.md", "SECURITY.md"],
  exclude: ["docs/dist/**"],
  out,
  cleanOutputDir: true,
  disableSources: true,
  disableGit: true,
  excludeInternal: true,
  searchInComments: true,
  searchInDocuments: true,
  markdownItLoader: prepare,
  highlightLanguages: [
    ...["typescript", "tsx", "javascript", "jsx", "vue", "svelte", "html", "css"],
    ...["shellscript", "http", "json", "jsonc", "yaml", "toml", "ini", "nginx", "diff", "sql"],
    ...["python", "php", "ruby", "java", "kotlin", "csharp", "go"],
  ],
  navigation: { includeCategories: false, includeGroups: true, includeFolders: false },
  groupOrder: [...Object.keys(SECTIONS), "Modules"],
  sortEntryPoints: false,
  sort: ["alphabetical"],
  kindSortOrder: ["Document"],
  customCss: "docs/site.css",
  hideGenerator: true,
  validation: { notExported: false, invalidLink: true, invalidPath: false, rewrittenLink: false },
  router: "pages",
});
app.renderer.defineRouter("pages", Router);

app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
  const path = relative(root, page.project.files.getReflectionPath(page)).replaceAll("\\", "/");
  const [, title] = /^# (.+)$/m.exec(page.content[0]?.text ?? "") ?? ["", page.name];
  addresses.set(
    page,
    path
      .replace(/^docs\/|^/, (folder) => (folder ? "" : "project/"))
      .replace(/\.md$/, "")
      .toLowerCase(),
  );
  page.name = title.replaceAll("`", "");
  const [section] = Object.entries(SECTIONS).find(([, pattern]) => pattern.test(path)) ?? ["Reference"];
  page.frontmatter.group = section;
  if (path === "docs/changelog.md") page.content.push({ kind: "text", text: `\n\n${changelog()}` });
});
app.renderer.hooks.on("sidebar.begin", (context) =>
  JSX.createElement(
    "a",
    { class: "playground", href: context.relativeURL("playground/index.html") },
    "Playground",
  ),
);

const project = await app.convert();
if (!project) process.exit(1);
for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
  const path = project.files.getReflectionPath(module);
  module.name = entries.find((entry) => entry.path === path)?.name ?? module.name;
}
await app.generateOutputs(project);
cpSync("docs/llms.txt", join(out, "llms.txt"));
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);

// Sources that pages link to are not part of the site.
for (const name of readdirSync(join(out, "media")))
  if (!/\.(png|svg|jpg)$/.test(name)) rmSync(join(out, "media", name));

await buildPlayground(join(out, "playground"));

/** The links of the built pages that lead nowhere, and whatever would be fetched from elsewhere. */
function wrongLinks() {
  const files = readdirSync(out, { recursive: true }).filter((name) => name.endsWith(".html"));
  const pages = new Map(files.map((name) => [join(out, name), readFileSync(join(out, name), "utf8")]));
  const wrong = [];
  for (const [page, html] of pages) {
    const say = (link) => wrong.push(`${relative(out, page)}: ${link}`);
    for (const [, tag, attribute, link] of html.matchAll(/<(?!use)(\w+)[^>]*? (href|src)="([^"]*)"/g)) {
      if (/^(https?:)?\/\//.test(link)) {
        if (tag !== "a") say(`${attribute} ${link}`);
      } else if (!/^(mailto|data):/.test(link)) {
        const [path, anchor] = link.split("#");
        const target = path ? join(dirname(page), decodeURIComponent(path)) : page;
        if (!existsSync(target)) say(link);
        else if (anchor && !pages.get(target)?.includes(`id="${decodeURIComponent(anchor)}"`)) say(link);
      }
    }
  }
  return [pages.size, wrong];
}
const [count, wrong] = wrongLinks();
if (wrong.length > 0) {
  console.error(["Dead links:", ...wrong].join("\n  "));
  process.exit(1);
}
console.log(`${count} pages in docs/dist, no dead link: open docs/dist/index.html`);
