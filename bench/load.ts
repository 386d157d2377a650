import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { RedisServer, redisVersion } from "../demo/cluster/redis-server.js";
import { verifyPassword } from "../demo/server/passwords.js";
import { demoAccounts } from "../demo/server/users.js";
import { noAudit } from "../src/backend/audit.js";
import { systemClock } from "../src/backend/clock.js";
import { deriveKey } from "../src/backend/keys.js";
import { RefreshTokens } from "../src/backend/refresh-token.js";
import { Sessions } from "../src/backend/sessions.js";
import { openLmdb } from "../src/backend/store/lmdb.js";
import { openRedis } from "../src/backend/store/redis.js";
import type { Store } from "../src/backend/store/store.js";
import { circumstances, publish, table } from "./support/report.js";
import { digits, shown, spreadOf } from "./support/stats.js";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 3);
const LIVE = Number(process.env.LIVE ?? 100_000);
const CONNECTIONS = 20;

const SERVER_KEY = randomBytes(32).toString("base64url");
const PREFIX = "bench:";
const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

interface Kept {
  readonly name: string;
  readonly env: Record<string, string>;
  open(): Promise<Store>;
  /** What the sessions take, in bytes. */
  size(): Promise<number>;
}

const DRIVEN = ["sign-in", "peek", "touch", "refresh"] as const;
type Driven = (typeof DRIVEN)[number];

/** Drives the demo server's verbs on both stores, and a bare route of Fastify in between. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sojourn-bench-"));
  const redis = await RedisServer.start(process.env.E2E_REDIS ? { program: process.env.E2E_REDIS } : {});
  try {
    const stores = [inLmdb(folder), inRedis(redis)];
    const bare = await serve("bare.ts", {});
    const ratios = new Map<string, number[]>();
    const bareRates: number[] = [];
    const memory: (string | number)[][] = [];
    for (const kept of stores) {
      const empty = await kept.size();
      const cookies = await fill(kept);
      const bytes = Math.round(((await kept.size()) - empty) / LIVE);
      const server = await serve("../e2e/support/host.ts", { ...kept.env, SERVER_KEY });
      // What runs for the first time is slow.
      for (const driven of DRIVEN) await drive(requestsOf(driven, server.url, cookies));
      for (let round = 0; round < ROUNDS; round++) {
        const base = await drive({ url: `${bare.url}/` });
        bareRates.push(base);
        for (const driven of DRIVEN) {
          const rate = await drive(requestsOf(driven, server.url, cookies));
          const key = `${kept.name} ${driven}`;
          ratios.set(key, [...(ratios.get(key) ?? []), rate / base]);
          console.log(`${key}: ${Math.round(rate)}/s, bare ${Math.round(base)}/s`);
        }
      }
      memory.push([kept.name, bytes, residentOf(server.child)]);
      await end(server);
    }
    await end(bare);
    publish("load", { markdown: report({ ratios, bareRates, memory, hash: await hashing() }) });
  } finally {
    await redis.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function inLmdb(folder: string): Kept {
  return {
    name: "lmdb",
    env: { DATA_DIR: folder },
    open: async () => openLmdb(join(folder, "store")),
    size: async () => (await stat(join(folder, "store/data.mdb")).catch(() => ({ size: 0 }))).size,
  };
}

function inRedis(redis: RedisServer): Kept {
  return {
    name: "Redis",
    env: { SESSION_STORE: redis.url, STORE_PREFIX: PREFIX, DEBUG_ROUTES: "off" },
    open: () => openRedis({ url: redis.url, prefix: PREFIX }),
    size: () => redis.memory(),
  };
}

/**
 * Sessions that live, begun as the server would; the cookies of the first. Those belong to somebody whom the server knows,
 * all others to a user each: the list of a user's sessions is for people, who have a few.
 */
async function fill(kept: Kept): Promise<string[]> {
  const store = await kept.open();
  const key = deriveKey(Buffer.from(SERVER_KEY, "base64url"), "refresh token");
  const hour = 3_600_000;
  const sessions = new Sessions({
    kind: "session",
    store,
    clock: systemClock,
    limits: { idleTimeout: hour, absoluteTimeout: 8 * hour, accessLifetime: hour },
    tokens: new RefreshTokens(key, hour),
    audit: noAudit,
  });
  const cookies: string[] = [];
  const AT_ONCE = 500;
  for (let made = 0; made < LIVE; made += AT_ONCE) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, LIVE - made) }, (_, i) =>
        sessions.signIn(made === 0 ? "u-ada" : `u-${made + i}`, undefined),
      ),
    );
    for (const { id, refreshToken, generation, session } of made === 0 ? batch : [])
      cookies.push(`sid=${id}; rt.${session.epoch}.${generation}=${refreshToken}`);
  }
  await store.close();
  return cookies;
}

function requestsOf(driven: Driven, url: string, cookies: string[]): autocannon.Options {
  const headers = { "x-sojourn": "1" };
  let next = 0;
  const another = () => cookies[next++ % cookies.length] ?? "";
  const withCookie =
    (of: () => string) =>
    (request: autocannon.Request): autocannon.Request => ({
      ...request,
      headers: { ...request.headers, cookie: of() },
    });
  switch (driven) {
    case "sign-in": {
      const body = JSON.stringify({ username: "ada", password: "lovelace" });
      const json = { ...headers, "content-type": "application/json" };
      return { url: `${url}/login`, method: "POST", headers: json, body };
    }
    case "peek":
      return { url: `${url}/session`, headers, requests: [{ setupRequest: withCookie(another) }] };
    case "touch":
      return {
        url: `${url}/session/touch`,
        method: "POST",
        headers,
        requests: [{ setupRequest: withCookie(another) }],
      };
    case "refresh":
      return {
        url: `${url}/refresh`,
        method: "POST",
        headers,
        // Each session goes on with the cookie that it was given last, as a browser does. (The context is one request's.)
        requests: [
          {
            setupRequest: (request, context: { cookie?: string }) => {
              context.cookie = cookies.pop() ?? "";
              return { ...request, headers: { ...request.headers, cookie: context.cookie } };
            },
            onResponse: (_status, _body, context: { cookie?: string }, headers) => {
              const set = [(headers as Record<string, string | string[]>)?.["set-cookie"] ?? []].flat();
              const token = set.find((it) => it.startsWith("rt.") && !/max-age=0/i.test(it));
              const sid = context.cookie?.split("; ")[0];
              if (token) cookies.push(`${sid}; ${token.split(";")[0]}`);
            },
          },
        ],
      };
  }
}

/** Requests a second. Whatever is not answered with 2xx is an error of the measurement. */
async function drive(options: autocannon.Options): Promise<number> {
  const result = await autocannon({ connections: CONNECTIONS, duration: SECONDS, ...options });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${options.url}: ${result.non2xx} replies other than 2xx, ${result.errors} errors`);
  return result["2xx"] / result.duration;
}

async function serve(script: string, env: Record<string, string>): Promise<Server> {
  const child = fork(local(script), {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  child.send({ serve: { LOGIN_RATE: "1000000", AUDIT_LOG: "off", IDLE_TIMEOUT: "1h", ...env, PORT: "0" } });
  const [done] = (await once(child, "message")) as [{ port?: number }];
  if (done.port === undefined) throw new Error(JSON.stringify(done));
  return { url: `http://127.0.0.1:${done.port}`, child };
}

async function end({ child }: Server): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

function residentOf({ pid }: ChildProcess): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(line?.[1]) / 1024);
}

/** What one password costs, in ms. */
async function hashing(): Promise<number> {
  const { passwordHash } = demoAccounts[0] as { passwordHash: string };
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await verifyPassword("lovelace", passwordHash);
    times.push(performance.now() - start);
  }
  return Math.round(spreadOf(times).median);
}

interface Found {
  readonly ratios: ReadonlyMap<string, readonly number[]>;
  readonly bareRates: readonly number[];
  readonly memory: readonly (readonly (string | number)[])[];
  readonly hash: number;
}

function report({ ratios, bareRates, memory, hash }: Found): string {
  const cell = (key: string) => shown(spreadOf(ratios.get(key) ?? []));
  const bare = spreadOf(bareRates).median;
  return `${circumstances("load", undefined, ["fastify", "lmdb", "ioredis", "autocannon"])} Redis ${redisVersion(process.env.E2E_REDIS)}.

${CONNECTIONS} connections, ${LIVE.toLocaleString("en")} sessions alive, ${ROUNDS} rounds of ${SECONDS} s. The bare route answers ${digits(bare)} requests a second; a
password takes ${hash} ms.

${table(
  ["", "lmdb", "Redis"],
  DRIVEN.map((it) => [it, cell(`lmdb ${it}`), cell(`Redis ${it}`)]),
)}

${table(["", "bytes a session", "the server's memory at the end, MB"], memory)}`;
}
