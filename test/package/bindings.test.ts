import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Consumer } from "./consumer.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PEERS = { react: ["react", "@types/react", "csstype"], vue: ["vue", "@vue"] };

let app: Consumer;
beforeAll(() => {
  app = new Consumer();
  for (const name of Object.values(PEERS).flat()) {
    mkdirSync(dirname(join(app.dir, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(app.dir, "node_modules", name), "junction");
  }
});
afterAll(() => app?.remove());

describe.each(["react", "vue"] as const)("sojourn/%s", (name) => {
  test("imports its framework and a public entry, and contains neither", () => {
    const imports = [...app.read(`dist/${name}.js`).matchAll(/\bfrom\s*["']([^"']+)["']/g)];
    expect(imports.map(([, from]) => from)).toEqual([name, "./warning.js"]);
  });

  test("its framework is an optional peer", () => {
    const { peerDependencies, peerDependenciesMeta } = app.manifest as typeof app.manifest & {
      peerDependenciesMeta: Record<string, { optional: boolean }>;
    };
    expect(peerDependencies).toHaveProperty(name);
    expect(peerDependenciesMeta[name]).toEqual({ optional: true });
  });

  test("can be imported on a server, where it does nothing", () => {
    app.write(
      `${name}.js`,
      `const timers = process.getActiveResourcesInfo().length;
       const names = Object.keys(await import("sojourn/${name}")).sort();
       console.log(JSON.stringify({ names, added: process.getActiveResourcesInfo().length - timers }));`,
    );
    const first = name === "react" ? "SessionProvider" : "sessionPlugin";
    expect(app.run(`${name}.js`)).toEqual({
      names: expect.arrayContaining([
        "SessionGate",
        first,
        "useSession",
        "useSessionObject",
        "useSessionWarning",
        "useStepUp",
      ]),
      added: 0,
    });
  });

  const read = name === "react" ? "useSession()" : "useSession().value";
  const make = `
    import { createSession } from "sojourn";
    import { bff } from "sojourn/presets";
    import { useSession, type RegisteredUser } from "sojourn/${name}";

    type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    type Member = { id: string; name: string; role: "guest" | "host" };
    export const session = createSession({ server: bff<Member>() });
    const state = ${read};`;

  test.each([
    ["bundler", "esnext"],
    ["nodenext", "nodenext"],
  ])(
    "knows the user of the session that is registered, with moduleResolution %s",
    (moduleResolution, module) => {
      app.write(
        "registered.ts",
        `${make}
       declare module "sojourn/${name}" { interface Register { session: typeof session } }
       export const user: Same<RegisteredUser, Member> = true;
       export const role: "guest" | "host" | undefined = state.status === "active" ? state.user?.role : undefined;`,
      );
      app.write(
        "unregistered.ts",
        `${make}
       export const user: Same<RegisteredUser, unknown> = true;
       // @ts-expect-error nothing is known of the user
       export const role = state.status === "active" ? state.user.role : undefined;`,
      );
      for (const file of ["registered.ts", "unregistered.ts"]) {
        app.write(
          "tsconfig.json",
          JSON.stringify({
            compilerOptions: {
              ...{ module, moduleResolution, target: "es2022", lib: ["es2022", "dom"] },
              ...{ types: [], strict: true, noEmit: true, skipLibCheck: true, preserveSymlinks: true },
            },
            files: [file],
          }),
        );
        expect(app.complaints("typescript/bin/tsc", "-p", "."), file).toBe("");
      }
    },
  );
});

test("sojourn/react belongs to the browser where there are server components", () => {
  expect(app.read("dist/react.js")).toMatch(/^"use client";/);
});
