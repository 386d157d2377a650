import type { SessionOptions } from "sojourn";
import type { Limits } from "../app/limits.js";
import type { Person } from "../app/session.js";
import { server } from "./server.js";
import { startDedicated, startWorker } from "./start-worker.js";

/** Ways of keeping tokens, by what the address asks for: `?tokens=sealed`. */
const ways: Record<string, NonNullable<SessionOptions["tokens"]>> = {
  memory: "memory",
  sealed: "sealed",
  worker: startWorker,
  "dedicated-worker": startDedicated,
};

/** The session as the address asks for it. */
export function sessionOptions(limits: Limits): SessionOptions<Person> {
  const asked = new URLSearchParams(location.search).get("tokens") ?? "";
  const way = asked in ways ? asked : "memory";
  return {
    // Each way to keep tokens is a session of its own.
    name: `oauth-${way}`,
    tokens: ways[way] ?? "memory",
    server,
    // Short warnings are for trying things out: people need 20 s at the very least.
    idle: { timeout: limits.idleTimeout, warning: limits.idleWarning, allowShortWarning: true },
    absolute: { timeout: limits.absoluteTimeout, warning: limits.absoluteWarning, allowShortWarning: true },
    requestTimeout: limits.requestTimeout,
  };
}
