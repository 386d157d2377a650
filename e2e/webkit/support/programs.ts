import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { found } from "../../support/found.js";

/**
 * Waits for its standard input to close, and then ends the whole process group: first with a word to the program, then
 * whatever that has left behind. The pipe closes when this process ends, also when it is killed; so no browser stays.
 */
const GUARD = '"$@" & read _; trap : TERM; kill 0; wait $!; kill -KILL 0';

// A worker whose runner was killed would go on.
process.once("disconnect", () => process.exit(1));

export interface Program {
  readonly process: ChildProcess;
  end(): Promise<void>;
}

/** Starts a program that `npm run setup` has found. */
export function start(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const path = found[name]?.path;
  if (!path) throw new Error(`No ${name}: run \`node scripts/setup.mjs webkit\` first.`);
  const child = spawn("sh", ["-c", GUARD, "sh", path, ...args], {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["pipe", "ignore", "ignore", "pipe"],
  });
  return {
    process: child,
    end: async () => {
      const gone = once(child, "exit");
      child.stdin?.end();
      await gone;
    },
  };
}

/** A screen that nobody sees. */
export async function startScreen(): Promise<Program & { readonly display: string }> {
  const screen = start("xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
  const [number] = await once(screen.process.stdio[3] as Readable, "data");
  return { ...screen, display: `:${String(number).trim()}` };
}
