import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Counter } from "../../demo/server/metrics.js";
import type { TroubleState } from "../../demo/server/trouble.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const serverEntry = join(root, "demo/server/main.ts");
export const serverScript = join(root, "e2e/dist/demo-server.js");

/** The demo server's environment: what a test wants different from its defaults. */
export type ServerEnv = Readonly<
  Partial<
    Record<
      | "IDLE_TIMEOUT"
      | "IDLE_WARNING"
      | "ABSOLUTE_TIMEOUT"
      | "ACCESS_LIFETIME"
      | "GRACE_WINDOW"
      | "REQUEST_TIMEOUT"
      | "LOGIN_RATE"
      | "PUBLIC_ORIGIN"
      | "DEBUG_ROUTES"
      | "SITE_DIR",
      string
    >
  >
>;

export type Metrics = Readonly<Record<Counter, number>>;

/** Partial: what is not named stays as it is. */
export interface TroubleOrder extends Partial<Omit<TroubleState, "status">> {
  readonly status?: { status: number; retryAfter?: number; body?: "json" | "html"; count?: number } | null;
  readonly endSession?: string;
}

const gone = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

/** The demo server as `npm run demo` starts it: a process of its own, with a store and limits of its own. */
export class DemoServer {
  readonly #env: ServerEnv;
  readonly #dataDir: string;
  #child: ChildProcess | undefined;
  #port = 0;
  #said = "";

  private constructor(env: ServerEnv, dataDir: string) {
    this.#env = env;
    this.#dataDir = dataDir;
  }

  static async start(env: ServerEnv = {}): Promise<DemoServer> {
    const server = new DemoServer(env, await mkdtemp(join(tmpdir(), "sojourn-e2e-")));
    await server.start();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it, or starts it again: same port, same store. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--enable-source-maps", serverScript], {
      cwd: root,
      env: {
        ...process.env,
        LOGIN_RATE: "1000",
        SITE_DIR: join(root, "demo/dist"),
        ...this.#env,
        PORT: `${this.#port}`,
        DATA_DIR: this.#dataDir,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    // A runner that is stopped in the middle of a test leaves no server behind.
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    child.stderr.on("data", (chunk) => {
      this.#said += chunk;
    });
    for await (const line of createInterface(child.stdout)) {
      const port = /^Sojourn demo on http:\/\/localhost:(\d+)$/.exec(line)?.[1];
      if (!port) continue;
      this.#port = Number(port);
      child.stdout.resume();
      return;
    }
    throw new Error(`The demo server did not start.\n${this.#said}`);
  }

  /** As a power cut would: nothing is finished, nothing is said to anybody. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Waits until it has died of itself, as `dieNextRotation` makes it. */
  async died(): Promise<void> {
    const child = this.#child;
    if (child && !gone(child)) await once(child, "exit");
    this.#child = undefined;
  }

  async dispose(): Promise<void> {
    await this.#end("SIGTERM");
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || gone(child)) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }

  /** What it wrote to stderr: the audit log, and errors if there were any. */
  get log(): string {
    return this.#said;
  }

  metrics(): Promise<Metrics> {
    return this.#debug("metrics");
  }

  /** Violations of the Content-Security-Policy that browsers reported. */
  async cspReports(): Promise<readonly unknown[]> {
    return (await this.#debug<{ reports: unknown[] }>("csp")).reports;
  }

  trouble(order: TroubleOrder): Promise<TroubleState> {
    return this.#debug("trouble", order);
  }

  /** No more trouble, and all counters at 0. */
  reset(): Promise<TroubleState> {
    return this.#debug("reset", {});
  }

  async #debug<T>(path: string, order?: object): Promise<T> {
    const reply = await fetch(`${this.origin}/debug/${path}`, {
      ...(order && {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
        body: JSON.stringify(order),
      }),
    });
    if (!reply.ok) throw new Error(`/debug/${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T;
  }
}
