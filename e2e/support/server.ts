import { type ChildProcess, fork } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gone } from "../../demo/cluster/programs.js";
import { RoundRobin } from "../../demo/cluster/proxy.js";
import { RedisServer } from "../../demo/cluster/redis-server.js";
import type { Counter } from "../../demo/server/metrics.js";
import type { TroubleState } from "../../demo/server/trouble.js";
import { found } from "./found.js";
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
      | "END_OTHERS_MAX_AGE"
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

/** The Redis of all servers that this process starts. It ends with the process. */
let redis: Promise<RedisServer> | undefined;

function commonRedis(): Promise<RedisServer> {
  const program = found.redis?.path;
  redis ??= RedisServer.start(program === undefined ? {} : { program });
  return redis;
}

/**
 * The demo server as `npm run demo` starts it: in a process of its own, with a store and limits of its own. Or several,
 * as `npm run demo:cluster` starts them: in a process each, with one Redis, and a proxy that sends each request to the next.
 */
export class DemoServer {
  readonly #env: ServerEnv;
  readonly #dataDir: string;
  readonly #processes: number;
  readonly #secrets = {
    SERVER_KEY: randomBytes(32).toString("base64url"),
    STORE_PREFIX: `${randomUUID()}:`,
  };
  #children: ChildProcess[] = [];
  #proxy: RoundRobin | undefined;
  #port = 0;
  #said = "";
  readonly #hear = (chunk: Buffer) => {
    this.#said += chunk;
  };

  private constructor(env: ServerEnv, dataDir: string, processes: number) {
    this.#env = env;
    this.#dataDir = dataDir;
    this.#processes = processes;
  }

  static async start(env: ServerEnv = {}, processes = 1): Promise<DemoServer> {
    const server = new DemoServer(env, await mkdtemp(join(tmpdir(), "sojourn-e2e-")), processes);
    await server.start();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get running(): boolean {
    return this.#children.length > 0;
  }

  /** Starts it, or starts it again: same port, same store. */
  async start(): Promise<void> {
    if (this.#processes === 1) {
      this.#port = await this.#serve({ PORT: `${this.#port}` });
      return;
    }
    const again = this.#port > 0;
    this.#proxy = await RoundRobin.start(this.#port);
    this.#port = this.#proxy.port;
    const common = {
      PUBLIC_ORIGIN: this.origin,
      ...this.#env,
      ...this.#secrets,
      SESSION_STORE: (await commonRedis()).url,
      DEBUG_ROUTES: "on",
      PORT: "0",
    };
    const ports = Array.from({ length: this.#processes }, () => this.#serve(common));
    this.#proxy.targets = await Promise.all(ports);
    // Trouble and counts do not outlive a single server either.
    if (again) await this.reset();
  }

  async #serve(env: Record<string, string>): Promise<number> {
    const child = hire();
    this.#children.push(child);
    child.stderr?.on("data", this.#hear);
    const done = await order(child, {
      serve: {
        LOGIN_RATE: "1000",
        SITE_DIR: join(root, "demo/dist"),
        ...this.#env,
        DATA_DIR: this.#dataDir,
        ...env,
      },
    });
    if (!("port" in done))
      throw new Error(`The demo server did not start.\n${JSON.stringify(done)}\n${this.#said}`);
    return done.port;
  }

  /** As a power cut would: nothing is finished, nothing is said to anybody. */
  async kill(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await this.died();
  }

  /** The same for one process of several. */
  async killOne(): Promise<void> {
    const child = this.#children.shift();
    if (!child) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Waits until it has died of itself, as `dieNextRotation` makes it. */
  async died(): Promise<void> {
    for (const child of this.#children) if (!gone(child)) await once(child, "exit");
    this.#children = [];
    await this.#proxy?.close();
    this.#proxy = undefined;
  }

  async dispose(): Promise<void> {
    const stopping = this.#children.map(async (child) => {
      if (gone(child)) return;
      const done = await order(child, { stop: true });
      child.stderr?.off("data", this.#hear);
      if ("stopped" in done) idle.push(child);
      else child.kill("SIGKILL");
    });
    await Promise.all(stopping);
    this.#children = [];
    await this.#proxy?.close();
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
