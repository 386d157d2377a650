import type { Asked, Exchange } from "./client.js";
import { NotRun } from "./errors.js";

/** Whether a reply asks for patience, whoever it was that came. */
export const throttles = ({ status }: Pick<Exchange, "status">): boolean => status === 429 || status === 503;

/** Whether a reply says yes or no. A limit of requests and a fault say neither: they come before anybody looks at a session. */
export const isDecisive = ({ status }: Pick<Exchange, "status">): boolean => status !== 429 && status < 500;

/**
 * A reply that says yes or no.
 * @throws NotRun
 */
export function decisive<Reply extends Pick<Exchange, "status">>(reply: Reply): Reply {
  if (!isDecisive(reply))
    throw new NotRun(`a request was answered with ${reply.status}, which says nothing of the session`);
  return reply;
}

/**
 * Whether a verb was granted, and not refused.
 * @throws NotRun where it was neither: a limit, a fault, no reply
 */
export function granted({ outcome, problem, exchanges }: Asked): boolean {
  if (outcome !== "failed") return outcome === "told";
  const last = exchanges.at(-1);
  if (!last) throw new NotRun(`a request had no reply: ${problem}`);
  decisive(last);
  return false;
}
