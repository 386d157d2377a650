import type { Asked, Exchange } from "./client.js";
import { NotRun } from "./errors.js";

/** Whether a reply asks for patience, whoever it was that came. */
export const throttles = ({ status }: Pick<Exchange, "status">): boolean => status === 429 || status === 503;

/**
 * A reply that says yes or no. A limit of requests and a fault say neither, for they come before anybody looks at a session.
 * @throws NotRun
 */
export function decisive<Reply extends Pick<Exchange, "status">>(reply: Reply): Reply {
  const { status } = reply;
  if (status === 429 || status >= 500)
    throw new NotRun(`a request was answered with ${status}, which says nothing of the session`);
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
