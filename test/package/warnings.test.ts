import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Consumer } from "./consumer.js";

let app: Consumer;
beforeAll(() => {
  app = new Consumer();
});
afterAll(() => app?.remove());

const ANCHORS = ["polling", "short-warning", "two-sessions", "clock-skew"];
const page = readFileSync(fileURLToPath(new URL("../../docs/warnings.md", import.meta.url)), "utf8");

/** Runs a script of the application, and returns what it warned of. */
function warnings(name: string, condition: string, code: string): string[] {
  app.write(
    `${name}.js`,
    `import { createSession } from "sojourn";
     import { bff } from "sojourn/presets";
     import { createWorld } from "sojourn/testing";
     const world = createWorld();
     async function signedIn(options) {
       const tab = world.tab(options);
       await world.run(tab.session.start(world.server.signIn("ada")));
       return tab;
     }
     ${code}`,
  );
  const args = [`--conditions=${condition}`, `${name}.js`];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: app.dir, timeout: 20_000 });
  expect(status, stderr.toString()).toBe(0);
  return stderr.toString().split("\n").filter(Boolean);
}

const anchorsOf = (lines: string[]) => lines.map((line) => /docs\/warnings\.md#([\w-]+)\)$/.exec(line)?.[1]);

/** Each mistake, made again and again. */
const mistakes: Record<string, string> = {
  polling: `
    const { session } = await signedIn({ server: { ...bff(), peekSlides: true } });
    for (let i = 0; i < 20; i++) { await world.run(session.start()); await world.advance(60_000); }`,
  "short-warning": `
    const idle = { timeout: "10m", warning: "30s" };
    await signedIn({ idle }); await signedIn({ idle });`,
  "two-sessions": `
    const { platform } = await signedIn({});
    for (let i = 0; i < 3; i++) await world.run(createSession({ server: bff(), platform }).start());`,
  "clock-skew": `
    const { session } = await signedIn({});
    const date = new Date(Date.UTC(2026, 0, 1) - 5 * 60_000).toUTCString();
    for (let i = 0; i < 3; i++) {
      world.network.next("/session", { answer: { status: 503, headers: { date } } });
      await world.run(session.start());
    }`,
};

test.each(ANCHORS)("a mistake is said once while one develops, and never in production: %s", (anchor) => {
  const lines = warnings(anchor, "development", mistakes[anchor]);
  expect(anchorsOf(lines)).toEqual([anchor]);
  expect(page).toContain(`\n## ${anchor}\n`);
  expect(warnings(anchor, "production", mistakes[anchor])).toEqual([]);
});

test("what is no mistake is not said to be one", () => {
  const lines = warnings(
    "right",
    "development",
    `// Many tabs of one session, in one process: each is a page of its own.
     const { session, platform } = await signedIn({ idle: { timeout: "2m", warning: "10s", allowShortWarning: true } });
     for (let i = 0; i < 5; i++) await world.run(world.tab().session.start());
     // Mounted, unmounted and mounted again.
     session.destroy();
     for (let i = 0; i < 3; i++) {
       const again = createSession({ server: bff(), platform });
       await Promise.all([world.run(again.start()), again.start()]);
       again.destroy();
     }
     // Made, and not started.
     createSession({ server: bff(), platform }); createSession({ server: bff(), platform });
     // A server that can be read as often as one likes, and whose clock is a little off.
     const tab = await signedIn({});
     const date = new Date(Date.UTC(2026, 0, 1) - 30_000).toUTCString();
     world.network.next("/session", { answer: { status: 503, headers: { date } } });
     for (let i = 0; i < 20; i++) await world.run(tab.session.start());`,
  );
  expect(lines).toEqual([]);
});

test("no bundle for production has a word of it, and a bundle for development has all", async () => {
  app.write(
    "app.js",
    `import { createSession } from "sojourn";
     import { bff } from "sojourn/presets";
     createSession({ server: bff() }).start();`,
  );
  const bundled = async (name: string, conditions: string[]) => {
    const outdir = join(app.dir, name);
    mkdirSync(outdir);
    await build({
      entryPoints: [join(app.dir, "app.js")],
      ...{ outdir, bundle: true, splitting: true, format: "esm", logLevel: "error", conditions },
      external: ["broadcast-channel"],
    });
    return readdirSync(outdir).map((file) => readFileSync(join(outdir, file), "utf8"));
  };
  const WORDS = /\[sojourn\]|docs\/warnings|console\.warn/;
  for (const [name, conditions] of [
    ["plain", []],
    ["production", ["production", "module"]],
  ] as const)
    expect((await bundled(name, [...conditions])).join("\n"), name).not.toMatch(WORDS);
  const development = (await bundled("development", ["development"])).join("\n");
  for (const anchor of ANCHORS) expect(development).toContain(`"${anchor}"`);
});
