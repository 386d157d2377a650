import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const repository = fileURLToPath(new URL("../../..", import.meta.url));
const onWindows = process.platform === "win32";

export type Env = Readonly<Record<string, string>>;

/** Ends a command with all that it has started. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (onWindows) child.kill();
  else process.kill(-child.pid, "SIGKILL");
}

/** Somebody's project: one of the folders beside this one, copied to a place where nothing of this repository is found. */
export class Project {
  readonly dir = mkdtempSync(join(tmpdir(), "sojourn-consumer-"));
  readonly #running = new Set<ChildProcess>();

  constructor(name: string, common?: string) {
    const from = join(here, name);
    if (existsSync(from)) cpSync(from, this.dir, { recursive: true });
    if (common !== undefined) cpSync(join(here, "common"), join(this.dir, common), { recursive: true });
  }

  write(path: string, text: string): void {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Runs a command to its end, and returns what it said; rejects where it fails. */
  async run(command: string, args: readonly string[], env: Env = {}): Promise<string> {
    const { child, said } = this.#spawn(command, args, env);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${code}\n${said()}`);
    return said();
  }

  /** Installs what package.json asks for, and the package as it is published. */
  async install(tarball: string, ...more: string[]): Promise<void> {
    await this.run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", tarball, ...more]);
  }

  /** The same without npm and its registry: what this repository has installed is linked. */
  async link(tarball: string, ...more: string[]): Promise<void> {
    const modules = join(this.dir, "node_modules");
    mkdirSync(join(modules, "sojourn"), { recursive: true });
    await this.run("tar", ["-xzf", tarball, "-C", join(modules, "sojourn"), "--strip-components=1"]);
    const wanted = [this.dir, join(modules, "sojourn")].flatMap((dir) => {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
      // What the package wants while it is developed is nobody else's.
      return Object.keys({ ...dependencies, ...(dir === this.dir && devDependencies) });
    });
    const named = more.map((it) => it.replace(/(?<=.)@.*$/, ""));
    for (const name of [...wanted, ...named, ".bin"]) {
      const place = join(modules, name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(repository, "node_modules", name), place, "junction");
    }
  }

  /** Starts a server, and waits until it answers. It ends with `remove()`. */
  async serve(
    command: string,
    args: readonly string[],
    origin: string,
    env: Env = {},
  ): Promise<() => string> {
    const { child, said } = this.#spawn(command, args, env);
    while (!(await fetch(origin).then(Boolean, () => false))) {
      if (child.exitCode !== null) throw new Error(`${command} ${args.join(" ")} has ended.\n${said()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return said;
  }

  remove(): void {
    for (const child of this.#running) kill(child);
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(command: string, args: readonly string[], env: Env) {
    const child = spawn(command, args, {
      cwd: this.dir,
      // Not as a test, and not as a script of this repository.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: undefined, CI: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: !onWindows,
      shell: onWindows,
    });
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk;
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    return { child, said: () => said };
  }
}
