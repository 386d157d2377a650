import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import type { Browser } from "@playwright/test";
import { build } from "esbuild";
import { launch, openTab } from "./support/browser.js";
import { plotBars } from "./support/plot.js";
import { circumstances, publish, table } from "./support/report.js";
import { BenchServer } from "./support/server.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What an application writes to have it. */
interface Import {
  readonly name: string;
  readonly code: string;
  /** What the application has anyway. */
  readonly external?: readonly string[];
  readonly from?: string;
}

const peer = (from: string, what: string, external: readonly string[] = []): Import => ({
  name: `${from}: \`${what}\``,
  code: `export { ${what} } from "${from}";`,
  external,
  from,
});
const own = (entry: string, what: string, external: readonly string[] = []): Import => ({
  name: `sojourn${entry}: \`${what}\``,
  code: `export { ${what} } from "sojourn${entry}";`,
  external,
});
const together = (name: string, ...imports: readonly Import[]): Import => ({
  name,
  code: imports.map(({ code }) => code).join("\n"),
  external: imports.flatMap(({ external = [] }) => external),
});
/** A page that has a session, and starts it. */
const page = (name: string, preset: string, more = ""): Import => ({
  name,
  code: `
    import { createSession } from "sojourn";
    import { bff, oauth2 } from "sojourn/presets";
    const session = createSession({ server: ${preset} });
    ${more}
    globalThis.started = session.start();`,
});
const DIALOG = `
    import "sojourn/element";
    const warning = document.createElement("session-warning");
    warning.session = session;
    document.body.append(warning);`;

const REACT = ["react", "react-dom"];
const session = own("", "createSession");
const bff = own("/presets", "bff");
const oauth2 = own("/presets", "oauth2");
const element: Import = { name: "sojourn/element", code: 'import "sojourn/element";' };

const OWN: readonly Import[] = [
  session,
  bff,
  oauth2,
  own("/warning", "createWarning"),
  element,
  own("/react", "SessionProvider, useSession", REACT),
  own("/vue", "sessionPlugin, useSession", ["vue"]),
  own("/dpop", "dpop"),
  own("/worker", "keepTokens"),
  own("/testing", "createWorld"),
  own("/devtools", "createDevtools"),
];

const idleTimer = peer("react-idle-timer", "useIdleTimer", REACT);
const oidc = peer("oidc-client-ts", "UserManager");
const auth0 = peer("@auth0/auth0-spa-js", "Auth0Client");
const supabase = peer("@supabase/auth-js", "AuthClient");
const supertokens: Import = {
  name: "supertokens-website",
  code: 'export { default } from "supertokens-website";',
  from: "supertokens-website",
};
const PEERS: readonly Import[] = [
  idleTimer,
  peer("@vueuse/core", "useIdle", ["vue"]),
  {
    name: "activity-detector",
    code: 'export { default } from "activity-detector";',
    from: "activity-detector",
  },
  oidc,
  peer("@auth0/auth0-spa-js", "Auth0Client"),
  peer("@supabase/auth-js", "AuthClient"),
  {
    name: "supertokens-website",
    code: 'export { default } from "supertokens-website";',
    from: "supertokens-website",
  },
  { name: "keycloak-js", code: 'export { default } from "keycloak-js";', from: "keycloak-js" },
  peer("@azure/msal-browser", "PublicClientApplication"),
  peer("@okta/okta-auth-js", "OktaAuth"),
  peer("better-auth/client", "createAuthClient"),
];

export interface Size {
  readonly name: string;
  /** Bytes that the page loads at once, and all that there is, after brotli. */
  readonly first: number;
  readonly all: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const brotli = (contents: Uint8Array) =>
  brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** Bundled, minified and compressed as for production. */
export async function sizeOf({ name, code, external = [] }: Import): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: here, loader: "js" },
    outdir: "/",
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    external: [...external],
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    tsconfigRaw: {},
    write: false,
    logLevel: "error",
  });
  const sizes = new Map(outputFiles.map(({ path, contents }) => [path.split("/").at(-1), brotli(contents)]));
  const outputs = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [path.split("/").at(-1), output]),
  );
  const atOnce = new Set<string | undefined>();
  const follow = (file: string | undefined) => {
    if (atOnce.has(file)) return;
    atOnce.add(file);
    for (const { path, kind } of outputs.get(file)?.imports ?? [])
      if (kind === "import-statement") follow(path.split("/").at(-1));
  };
  follow("stdin.js");
  const sum = (of: Iterable<string | undefined>) =>
    [...of].reduce((total, file) => total + (sizes.get(file) ?? 0), 0);
  const files = new Map(
    outputFiles.map(({ path, contents }) => [path.split("/").at(-1) as string, contents]),
  );
  return { name, first: sum(atOnce), all: sum(sizes.keys()), files };
}

/** What a page has loaded when its session has started and nothing more is asked for, in bytes after brotli. */
async function loadedOf(browser: Browser, it: Import): Promise<number> {
  const { files } = await sizeOf(it);
  const named = new Map(
    [...files].map(([name, contents]) => [name === "stdin.js" ? "page.js" : name, contents]),
  );
  const server = await BenchServer.start(named);
  const page = await openTab(await browser.newContext(), server.origin, "");
  await page.waitForLoadState("networkidle");
  await page.close();
  await server.stop();
  return [...server.sent].reduce((sum, name) => sum + brotli(named.get(name) as Uint8Array), 0);
}

/** The same job as a user would put it together today. None of these has a dialog. */
const STACKS: readonly Import[] = [
  together("react-idle-timer + supertokens-website", idleTimer, supertokens),
  together("react-idle-timer + oidc-client-ts", idleTimer, oidc),
  together("react-idle-timer + @supabase/auth-js", idleTimer, supabase),
  together("react-idle-timer + @auth0/auth0-spa-js", idleTimer, auth0),
];

const COOKIES = "bff()";
const OAUTH = 'oauth2({ tokenUrl: "/token", clientId: "bench" })';
const PAGES: readonly Import[] = [
  page("sojourn with cookies", COOKIES),
  page("sojourn with OAuth", OAUTH),
  page("sojourn with cookies and its dialog", COOKIES, DIALOG),
  page("sojourn with OAuth and its dialog", OAUTH, DIALOG),
];

export async function collect(imports: readonly Import[] = [...OWN, ...PEERS]): Promise<Size[]> {
  return Promise.all(imports.map(sizeOf));
}

const kB = (bytes: number) => (bytes / 1000).toFixed(2);

export async function run(): Promise<void> {
  const browser = await launch();
  const pages: (readonly [name: string, bytes: number])[] = [];
  for (const it of PAGES) pages.push([it.name, await loadedOf(browser, it)]);
  const from = PEERS.map(({ from = "" }) => from.replace("better-auth/client", "better-auth"));
  const how = circumstances("bytes", browser, from);
  await browser.close();

  const [own, peers, stacks] = [await collect(OWN), await collect(PEERS), await collect(STACKS)];
  const rows = (sizes: readonly Size[]) => sizes.map(({ name, first, all }) => [name, kB(first), kB(all)]);
  const whole = [...pages, ...stacks.map(({ name, all }) => [name, all] as const)];
  const head = ["import", "at once, kB", "with all that may follow, kB"];
  publish("bytes", {
    markdown: [
      how,
      "![What a page loads for the same job](images/bench-bytes.svg)",
      table(
        ["what a page has loaded for the job, when it has started", "kB"],
        whole.map(([name, all]) => [name, kB(all)]),
      ),
      "### Imports",
      table(head, rows(own)),
      table(head, rows(peers)),
    ].join("\n\n"),
    plots: {
      bytes: plotBars(
        "What a page has loaded for the job, after brotli",
        "kB",
        whole.map(([name, all]) => [name, Number(kB(all))] as const),
      ),
    },
  });
}
