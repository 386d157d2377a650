import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Counter } from "../../demo/server/metrics.js";
import type { TroubleState } from "../../demo/server/trouble.js";
import type { Done, Order } from "./host.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const hostEntry = join(root, "e2e/support/host.ts");
export const hostScript = join(root, "e2e/dist/demo-server.js");

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
      | "TRANSFER_MAX_AGE"
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

/** Processes in which no server runs just now. */
const idle: ChildProcess[] = [];

function hire(): ChildProcess {
  const used = idle.pop();
  if (used) return used;
  const child = fork(hostScript, {
    cwd: root,
    execArgv: ["--enable-source-maps"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  // A runner that is stopped in the middle of a test leaves no server behind, and waits for none.
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  child.unref();
  child.channel?.unref();
  return child;
}

function order(child: ChildProcess, what: Order): Promise<Done> {
  return new Promise((done) => {
    const ended = (code: number | null, signal: string | null) =>
      done({ failed: `It ended: ${code ?? signal}.` });
    child.once("exit", ended);
    child.once("message", (said: Done) => {
      child.off("exit", ended);
      done(said);
    });
    child.send(what);
  });
}

/** The demo server as `npm run demo` starts it: in a process of its own, with a store and limits of its own. */
export class DemoServer {
  readonly #env: ServerEnv;
  readonly #dataDir: string;
  #child: ChildProcess | undefined;
  #port = 0;
  #said = "";
  readonly #hear = (chunk: Buffer) => {
    this.#said += chunk;
  };

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
    const child = hire();
    this.#child = child;
    child.stderr?.on("data", this.#hear);
    const done = await order(child, {
      serve: {
        LOGIN_RATE: "1000",
        SITE_DIR: join(root, "demo/dist"),
        ...this.#env,
        PORT: `${this.#port}`,
        DATA_DIR: this.#dataDir,
      },
    });
    if (!("port" in done))
      throw new Error(`The demo server did not start.\n${JSON.stringify(done)}\n${this.#said}`);
    this.#port = done.port;
  }

  /** As a power cut would: nothing is finished, nothing is said to anybody. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.died();
  }

  /** Waits until it has died of itself, as `dieNextRotation` makes it. */
  async died(): Promise<void> {
    const child = this.#child;
    if (child && !gone(child)) await once(child, "exit");
    this.#child = undefined;
  }

  async dispose(): Promise<void> {
    const child = this.#child;
    if (child && !gone(child)) {
      const done = await order(child, { stop: true });
      child.stderr?.off("data", this.#hear);
      if ("stopped" in done) idle.push(child);
      else await this.kill();
    }
    this.#child = undefined;
    await rm(this.#dataDir, { recursive: true, force: true });
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
