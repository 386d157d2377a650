import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort, gone } from "./programs.js";

export interface RedisServerOptions {
  /** The program. @default "redis-server", wherever PATH has it */
  readonly program?: string;
  /** More of its settings, as on its command line. */
  readonly settings?: readonly string[];
}

/** A real Redis on a free port of this machine, with a folder of its own. It forgets everything unless its settings say otherwise. */
export class RedisServer {
  readonly port: number;
  readonly #options: RedisServerOptions;
  readonly #dir: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, options: RedisServerOptions, dir: string) {
    this.port = port;
    this.#options = options;
    this.#dir = dir;
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const dir = await mkdtemp(join(tmpdir(), "sojourn-redis-"));
    const server = new RedisServer(await freePort(), options, dir);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it again: same port, same folder. Resolves when it takes connections. */
  async start(): Promise<void> {
    const { program = "redis-server", settings = [] } = this.#options;
    const where = ["--bind", "127.0.0.1", "--port", `${this.port}`, "--dir", this.#dir];
    const forgetful = ["--save", "", "--appendonly", "no"];
    const child = spawn(program, [...where, ...forgetful, ...settings], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#child = child;
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));

    const said: string[] = [];
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    await new Promise<void>((ready, failed) => {
      child.once("error", failed);
      child.once("exit", (code, signal) =>
        failed(new Error(`${program} ended: ${code ?? signal}\n${said.join("\n")}`)),
      );
      lines.on("line", (line) => {
        said.push(line);
        if (line.includes("Ready to accept connections")) ready();
      });
    });
    lines.removeAllListeners("line").resume();
    // Nobody waits for it.
    child.unref();
    (child.stdout as Socket).unref();
  }

  /** `SIGTERM`: in order. `SIGKILL`: as a power cut would. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (!child || gone(child)) return;
    const ended = once(child, "exit");
    child.ref();
    child.kill("SIGCONT");
    child.kill(signal);
    await ended;
  }

  /** It is there and says nothing. */
  hang(): void {
    this.#child?.kill("SIGSTOP");
  }

  goOn(): void {
    this.#child?.kill("SIGCONT");
  }

  /** How much it uses, in bytes. */
  async memory(): Promise<number> {
    const socket = connect(this.port, "127.0.0.1");
    socket.end("INFO memory\r\nQUIT\r\n");
    let said = "";
    for await (const chunk of socket.setEncoding("utf8")) said += chunk;
    return Number(/used_memory:(\d+)/.exec(said)?.[1]);
  }

  async dispose(): Promise<void> {
    await this.stop("SIGKILL");
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** Such as "7.0.15". */
export function redisVersion(program = "redis-server"): string {
  return /v=(\S+)/.exec(execFileSync(program, ["--version"], { encoding: "utf8" }))?.[1] ?? "of no version";
}
