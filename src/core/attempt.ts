import type { Position, SharedRecord } from "./record.js";

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 60_000;
/** A server may ask for longer, but not for ever. */
const LONGEST_ASKED = 3_600_000;

/**
 * Exponential backoff with full jitter; the server's `Retry-After` is a floor, not a suggestion.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(failures: number, random: number, retryAfter = 0): number {
  const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(failures, 10));
  return Math.min(retryAfter, LONGEST_ASKED) + Math.max(FIRST_DELAY / 4, random * ceiling);
}

/**
 * Inside the lock, with the record just read: what a tab that wanted a refresh does.
 * `over`: the session it asked for is gone. `adopt`: another tab was faster. `cooling`: the server asked for
 * patience, or failed for another tab while this one waited.
 */
export function decideRefresh(
  record: SharedRecord | undefined,
  want: Position & { readonly failures: number },
  cooling: boolean,
): "over" | "adopt" | "cooling" | "send" {
  if (!record?.live || record.epoch !== want.epoch) return "over";
  if (record.sequence !== want.sequence) return "adopt";
  // This tab's own pause, when a refresh brought nothing, is not the server's: it holds up nobody who asks.
  return (cooling && record.retryAt) || record.failures > want.failures ? "cooling" : "send";
}

/** The same for every attempt at the same credential, and for no other. */
export function idempotencyKey(record: SharedRecord): string {
  return `${record.prefix}.${record.epoch}.${record.sequence}`;
}
