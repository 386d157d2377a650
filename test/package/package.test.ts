import { builtinModules } from "node:module";
import { createContext, runInContext } from "node:vm";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Consumer } from "./consumer.js";

let app: Consumer;
beforeAll(() => {
  app = new Consumer();
});
afterAll(() => app?.remove());

const scripts = () => app.files.filter((file) => file.endsWith(".js"));

describe("what is packed", () => {
  test("the build, the licence and the read-me, and nothing else", () => {
    const expected =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/([\w.-]+\/){0,2}[\w.-]+\.(js|js\.map|d\.ts))$/;
    expect(app.files.filter((file) => !expected.test(file))).toEqual([]);
    expect(app.files).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]));
  });

  test("every entry has types and code, each is there, and no entry was forgotten", () => {
    const { "./package.json": manifest, ...entries } = app.manifest.exports;
    expect(manifest).toBe("./package.json");
    for (const [entry, targets] of Object.entries(entries)) {
      const development = "development" in targets ? ["development"] : [];
      expect(Object.keys(targets), entry).toEqual(["types", ...development, "default"]);
      for (const target of Object.values(targets)) expect(app.files, entry).toContain(target.slice(2));
    }
    const built = app.files.filter((file) => /^dist\/[^/]+\.js$/.test(file) && !/\/sojourn\./.test(file));
    const commands = Object.values(app.manifest.bin);
    const code = Object.values(entries).map((targets) => targets.default.slice(2));
    expect(built.sort()).toEqual([...code, ...commands].sort());
    for (const command of commands) expect(app.read(command)).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test("every script has a source map with the sources in it", () => {
    for (const file of scripts()) {
      const name = /\/\/# sourceMappingURL=(.+)\s*$/.exec(app.read(file))?.[1];
      expect(name, file).toBeDefined();
      const map = JSON.parse(app.read(file.replace(/[^/]+$/, name ?? "")));
      expect(map.sourcesContent, file).toHaveLength(map.sources.length);
    }
  });

  test("imports nothing that is not declared, and the stand-in for BroadcastChannel only when it is needed", () => {
    const { dependencies, peerDependencies } = app.manifest;
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const commands = Object.values(app.manifest.bin);
    for (const file of scripts()) {
      const code = app.read(file);
      const inNode = commands.includes(file) || /\/server(-\w+)?\.js$/.test(file);
      const built = inNode ? declared.concat(builtinModules.map((name) => `node:${name}`)) : declared;
      const eager = [...code.matchAll(/\b(?:from|import)\s*["']([^"'.][^"']*)["']/g)].map(
        (match) => match[1],
      );
      const lazy = [...code.matchAll(/\bimport\(\s*["']([^"'.][^"']*)["']/g)].map((match) => match[1]);
      for (const name of [...eager, ...lazy]) expect(built, file).toContain(name);
      expect(eager, file).not.toContain("broadcast-channel");
    }
  });

  test("never speaks of web storage or of unload", () => {
    for (const file of scripts().filter((name) => !name.endsWith("broadcast-channel.js"))) {
      expect(app.read(file), file).not.toMatch(/localStorage|sessionStorage|beforeunload|["']unload["']/);
    }
  });

  test("publint has nothing to say", async () => {
    const { messages, pkg } = await publint({ pkgDir: app.packageDir, strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("attw has nothing to say", () => {
    const attw = "@arethetypeswrong/cli/dist/index.js";
    expect(app.complaints(attw, app.tarball, "--profile", "esm-only", "--no-color")).toBe("");
  });
});

describe("types", () => {
  beforeAll(() => {
    app.write(
      "app.ts",
      `import { createSession } from "sojourn";
       import { bff } from "sojourn/presets";
       import * as testing from "sojourn/testing";
       import { createDevtools } from "sojourn/devtools";
       import { dpop } from "sojourn/dpop";
       import "sojourn/element";
       import { createWarning } from "sojourn/warning";
       import { keepTokens } from "sojourn/worker";

       export const session = createSession({ server: bff({ baseUrl: "/auth" }), idle: { timeout: "15m" } });
       export const status: "unknown" | "signed-out" | "active" | "warning" | "ended" = session.getState().status;
       export const stop: () => void = session.subscribe(() => {});
       export const tools: object[] = [testing, createDevtools(session), dpop(), createWarning(session)];
       export const keep: (options: { server: ReturnType<typeof bff> }) => unknown = keepTokens;
       // @ts-expect-error a slip of the pen is noticed
       createSession({ refresh: "/auth/refresh", idel: { timeout: "15m" } });`,
    );
  });

  test.each([
    // The oldest and the newest that applications have, the last one before 6, and 6 itself.
    ["typescript-5.6/node_modules/typescript", "bundler", "esnext"],
    ["typescript-5.6/node_modules/typescript", "nodenext", "nodenext"],
    ["typescript-5.9/node_modules/typescript", "bundler", "esnext"],
    ["typescript", "bundler", "esnext"],
    ["typescript", "nodenext", "nodenext"],
    ["typescript-7/node_modules/typescript", "bundler", "esnext"],
    ["typescript-7/node_modules/typescript", "nodenext", "nodenext"],
  ])("resolve with %s and moduleResolution %s", (compiler, moduleResolution, module) => {
    app.write(
      "tsconfig.json",
      JSON.stringify({
        // The libraries are checked too: a declaration that needs more than ES2022 and the DOM fails here.
        compilerOptions: {
          ...{ module, moduleResolution, target: "es2022", lib: ["es2022", "dom"] },
          ...{ types: [], strict: true, noEmit: true, skipLibCheck: false },
        },
        files: ["app.ts"],
      }),
    );
    expect(app.complaints(`${compiler}/bin/tsc`, "-p", ".")).toBe("");
  });
});

describe("on a server", () => {
  test("importing and constructing does nothing at all", () => {
    app.write(
      "inert.js",
      `const used = [];
       for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "BroadcastChannel"]) {
         globalThis[name] = function () { used.push(name); };
       }
       const globals = Reflect.ownKeys(globalThis).length;
       const { createSession } = await import("sojourn");
       const { bff } = await import("sojourn/presets");
       await import("sojourn/testing");
       const session = createSession({ server: bff({ baseUrl: "/auth" }) });
       const { status } = session.getState();
       const stop = session.subscribe(() => {});
       await Promise.resolve();
       const added = Reflect.ownKeys(globalThis).length - globals;
       stop();
       console.log(JSON.stringify({ status, used, added }));`,
    );
    // It also ends by itself, without destroy(): nothing keeps the process alive.
    expect(app.run("inert.js")).toEqual({ status: "unknown", used: [], added: 0 });
  });
});

describe("for a script tag", () => {
  test("defines one global that has everything of the entry and the presets", () => {
    app.write(
      "names.js",
      `const names = (module) => Object.keys(module);
       console.log(JSON.stringify([...names(await import("sojourn")), ...names(await import("sojourn/presets"))]));`,
    );
    // An empty realm: without a DOM, without even a console, the script must still load.
    const context = createContext({});
    runInContext(app.read(app.manifest.unpkg), context);
    expect(Object.keys(context)).toEqual(["Sojourn"]);
    const names = new Set(app.run<string[]>("names.js"));
    expect(Object.keys(context.Sojourn).sort()).toEqual([...names].sort());
  });

  test("finds what it loads lazily next to itself", () => {
    const lazy = [...app.read(app.manifest.unpkg).matchAll(/\bimport\(\s*["']\.\/([^"']+)["']/g)];
    expect(lazy.map(([, file]) => file)).toEqual(["sojourn.broadcast-channel.js"]);
    for (const [, file] of lazy) expect(app.files).toContain(`dist/${file}`);
  });
});
