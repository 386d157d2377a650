import type { SessionOptions } from "sojourn";
import type { DpopProof } from "sojourn/dpop";
import type { Limits } from "../app/limits.js";
import type { Person } from "../app/session.js";
import { serverFor } from "./server.js";
import { startDedicated, startWorker } from "./start-worker.js";

/** What the address asks for. Each choice is a session of its own. */
export interface Choice extends Pick<SessionOptions<Person>, "name" | "server" | "tokens"> {
  readonly proof: DpopProof | undefined;
}

/** `?tokens=memory`, `sealed`, `worker` or `dedicated-worker`, and `&dpop=1` to bind the tokens to a key. */
export function readChoice(query: string): Choice {
  const asked = new URLSearchParams(query);
  const bound = asked.get("dpop") === "1";
  const way = asked.get("tokens");
  const named = (way: string) => `oauth-${way}${bound ? "-dpop" : ""}`;
  const choice = (name: string, tokens: NonNullable<Choice["tokens"]>): Choice => ({
    ...serverFor(name, bound),
    name,
    tokens,
  });
  switch (way) {
    case "sealed":
      return choice(named(way), "sealed");
    case "worker":
      return choice(named(way), startWorker(named(way), bound));
    case "dedicated-worker":
      return choice(named(way), startDedicated(named(way), bound));
    default:
      return choice(named("memory"), "memory");
  }
}

export function sessionOptions({ proof: _, ...choice }: Choice, limits: Limits): SessionOptions<Person> {
  return {
    ...choice,
    // Short warnings are for trying things out: people need 20 s at the very least.
    idle: { timeout: limits.idleTimeout, warning: limits.idleWarning, allowShortWarning: true },
    absolute: { timeout: limits.absoluteTimeout, warning: limits.absoluteWarning, allowShortWarning: true },
    requestTimeout: limits.requestTimeout,
  };
}
