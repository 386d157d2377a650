import type { BrowserContext } from "@playwright/test";
import { blocksIn, filesOf } from "../docs/blocks.js";
import { mainFlow, readmeFlow, workerFlow } from "./support/flows.js";
import type { Env, Project } from "./support/project.js";

/** No string becomes a script, and no script is anything but a file of this origin. */
const STRICT = "default-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

export interface Consumer {
  /** Into which folder of the project the parts come that several have. */
  readonly common?: string;
  /** What there is to do before it is installed. */
  prepare?(project: Project): void | Promise<void>;
  /** What is installed with it, where its package.json does not say. */
  readonly more?: readonly string[];
  /** Its own server, given the port; without one `dist` is served. */
  readonly start?: (port: number) => readonly [command: string, ...args: string[]];
  /** What its build and its server want to know, given its own origin and that of the server of sessions. */
  env?(origin: string, sessions: string): Env;
  /** The policy under which `dist` is served. */
  readonly policy?: string;
  readonly flows: readonly ((context: BrowserContext, origin: string) => Promise<void>)[];
}

export const consumers: Readonly<Record<string, Consumer>> = {
  script: { policy: STRICT, flows: [mainFlow] },
  "vite-react": { common: "src/common", flows: [mainFlow, workerFlow] },
  "vite-vue": { common: "src/common", flows: [mainFlow] },
  webpack: { common: "src/common", flows: [mainFlow, workerFlow] },

  // With `sojourn/server` in its route handlers, and the warning, as docs/servers/your-own.md and docs/guides/ssr.md have it.
  next: {
    prepare(project) {
      const files = filesOf("docs/servers/your-own.md");
      const inLib = (file: string) => (files.get(file) ?? "").replaceAll('"./', '"@/lib/');
      for (const file of ["auth.ts", "routes.ts"]) project.write(`lib/${file}`, inLib(file));
      project.write("app/warning.tsx", filesOf("docs/guides/ssr.md").get("app/warning.tsx") ?? "");
      for (const file of ["next-session.ts", "next-login.ts"]) {
        const path = /^\/\/ (\S+)$/m.exec(inLib(file))?.[1];
        if (!path) throw new Error(`${file} does not say where it belongs.`);
        project.write(path, inLib(file));
      }
    },
    start: (port) => ["npx", "next", "start", "-H", "127.0.0.1", "-p", `${port}`],
    env: (origin) => ({
      PUBLIC_ORIGIN: origin,
      SESSION_SECRET: Buffer.alloc(32, 7).toString("base64url"),
      NEXT_TELEMETRY_DISABLED: "1",
    }),
    flows: [mainFlow],
  },

  nuxt: {
    common: "common",
    start: () => ["node", ".output/server/index.mjs"],
    env: (origin, sessions) => ({
      SESSION_SERVER: sessions,
      HOST: "127.0.0.1",
      PORT: new URL(origin).port,
      NUXT_TELEMETRY_DISABLED: "1",
    }),
    flows: [mainFlow],
  },

  // An empty directory, and what the first screen of the read-me says. To be seen it needs a page and a bundler.
  readme: {
    prepare(project) {
      const [install, ...blocks] = blocksIn("README.md");
      if (install?.code !== "npm install sojourn\n")
        throw new Error("The read-me does not begin with an installation.");
      const files = blocks.filter(({ language }) => language === "ts");
      const [session] = files;
      const lines = session?.code.split("\n").filter((line) => line.trim() !== "") ?? [];
      if (lines.length > 8) throw new Error(`The read-me needs ${lines.length} lines for a warning.`);
      for (const { file, code } of files) project.write(file, code);
      const scripts = files.map(({ file }) => `<script type="module" src="/${file}"></script>`);
      project.write("index.html", `<!doctype html>${scripts.join("")}`);
      project.write("public/sign-in/index.html", "<!doctype html>");
      project.write("package.json", JSON.stringify({ private: true, scripts: { build: "vite build" } }));
    },
    more: ["vite@8.3.8"],
    policy: STRICT,
    flows: [readmeFlow],
  },
};
