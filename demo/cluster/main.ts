import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gone } from "./programs.js";
import { RoundRobin } from "./proxy.js";
import { RedisServer } from "./redis-server.js";

// The demo as a clinic with three machines would run it: a Redis, three servers, and what spreads requests over them.
//
//   kill -9 PID     of a server, while you are signed in: nothing happens to you

const SERVERS = 3;
const main = fileURLToPath(new URL("../server/main.ts", import.meta.url));
const program = process.env.E2E_REDIS;

const redis = await RedisServer.start(program ? { program } : {});
const proxy = await RoundRobin.start(Number(process.env.PORT ?? 4173));
const origin = `http://localhost:${proxy.port}`;
const env = {
  SERVER_KEY: randomBytes(32).toString("base64url"),
  ...process.env,
  SESSION_STORE: redis.url,
  PUBLIC_ORIGIN: origin,
  DEBUG_ROUTES: "on",
  PORT: "0",
};
const servers = await Promise.all(Array.from({ length: SERVERS }, startServer));
proxy.targets = servers.map(({ port }) => port);

console.log(`Sojourn demo on ${origin}`);
console.log(`redis-server   pid ${redis.pid}, ${redis.url}`);
for (const { child, port } of servers) console.log(`server         pid ${child.pid}, port ${port}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);

async function startServer(): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ["--import", "tsx", main], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await Promise.race([once(lines, "line"), once(lines, "close")])) as [string | undefined];
  const port = Number(line?.match(/:(\d+)$/)?.[1]);
  if (!port) {
    console.error("A server did not start.");
    process.exit(1);
  }
  child.once("exit", (code, signal) =>
    console.log(`server         pid ${child.pid} ended (${code ?? signal})`),
  );
  return { child, port };
}

async function stop(): Promise<void> {
  await proxy.close();
  const ended = servers.map(({ child }) => {
    if (gone(child)) return undefined;
    child.kill("SIGTERM");
    return once(child, "exit");
  });
  await Promise.all(ended);
  await redis.dispose();
}
