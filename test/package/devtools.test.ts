import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Consumer } from "./consumer.js";

let app: Consumer;
beforeAll(() => {
  app = new Consumer();
});
afterAll(() => app?.remove());

/** What a bundler makes of an application: everything that could be loaded, as one text. */
async function bundled(name: string, code: string): Promise<string> {
  app.write(`${name}.js`, code);
  const outdir = join(app.dir, `out-${name}`);
  mkdirSync(outdir);
  await build({
    entryPoints: [join(app.dir, `${name}.js`)],
    ...{ outdir, bundle: true, splitting: true, minify: true, format: "esm", logLevel: "error" },
    external: ["broadcast-channel"],
  });
  return readdirSync(outdir)
    .map((file) => readFileSync(join(outdir, file), "utf8"))
    .join("\n");
}

const WORDS = /Looked at the deadlines|Back to now|simulated/;

test("nothing of the devtools is in an application that does not import them", async () => {
  const without = await bundled(
    "without",
    `import { createSession } from "sojourn";
     import { bff } from "sojourn/presets";
     import "sojourn/element";
     createSession({ server: bff() }).start();`,
  );
  expect(without).not.toMatch(WORDS);
  const withTools = await bundled(
    "with",
    `import { createSession } from "sojourn";
     import { createDevtools } from "sojourn/devtools";
     createDevtools(createSession({ refresh: "/refresh" })).render(document.body);`,
  );
  expect(withTools).toMatch(WORDS);
  // What a strict policy and Trusted Types refuse.
  expect(withTools).not.toMatch(
    /innerHTML|insertAdjacentHTML|createElement\("style"\)|\beval\(|new Function/,
  );
});

test("they can be imported on a server, where they do nothing", () => {
  app.write(
    "server.js",
    `import { createSession } from "sojourn";
     import { createDevtools } from "sojourn/devtools";
     createDevtools(createSession({ refresh: "/refresh" })).stop();`,
  );
  const { status, stderr } = spawnSync(process.execPath, ["server.js"], { cwd: app.dir });
  expect([status, stderr.toString()]).toEqual([0, ""]);
});
