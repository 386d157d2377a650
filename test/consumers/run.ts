import { once } from "node:events";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { freePort } from "../../demo/cluster/programs.js";
import { DemoServer } from "../../e2e/support/server.js";
import type { Consumer } from "./consumers.js";
import { complaintsOf } from "./support/flows.js";
import { startFront } from "./support/front.js";
import { Project } from "./support/project.js";

/** What a bundler says when it is not content. */
const WARNING = /\bwarn(ing)?\b/i;

interface Means {
  readonly tarball: string;
  readonly browser: Browser;
  /** With what this repository has installed, instead of what npm would. */
  readonly linked: boolean;
}

/** Installs, builds and serves a project, and does in the browser what its users do. Rejects with what went wrong. */
export async function runConsumer(
  name: string,
  { common, prepare, more = [], start, env, policy = "default-src 'self'", flows }: Consumer,
  { tarball, browser, linked }: Means,
): Promise<void> {
  const project = new Project(name, common);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const sessions = await DemoServer.start({ PUBLIC_ORIGIN: origin });
  let front: Awaited<ReturnType<typeof startFront>> | undefined;
  try {
    await prepare?.(project);
    await project[linked ? "link" : "install"](tarball, ...more);
    const known = env?.(origin, sessions.origin);
    const built = await project.run("npm", ["run", "build", "--silent"], known);
    const warned = built.split("\n").filter((line) => WARNING.test(line));
    if (warned.length > 0) throw new Error(`The build warns.\n${built}`);

    let said = () => "";
    if (start) {
      const [command, ...args] = start(port);
      said = await project.serve(command, args, origin, known);
    } else {
      front = await startFront(port, join(project.dir, "dist"), sessions.origin, policy);
    }

    for (const flow of flows) {
      const context = await browser.newContext();
      const complaints = complaintsOf(context);
      try {
        await flow(context, origin);
      } catch (error) {
        throw new Error([error, ...complaints, said(), sessions.log].join("\n"));
      } finally {
        await context.close();
      }
      if (complaints.length > 0) throw new Error(`The browser complains.\n${complaints.join("\n")}`);
    }
  } finally {
    front?.closeAllConnections();
    if (front) await once(front.close(), "close");
    project.remove();
    await sessions.dispose();
  }
}
