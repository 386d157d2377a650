import type { ServerEvent } from "../../src/backend/backend.js";

const COUNTERS = [
  "signIns",
  "signInFailures",
  /** The password was given again in a session that goes on. */
  "reauthentications",
  /** Calls refused because the password was given too long ago. */
  "stepUps",
  "signOuts",
  "peeks",
  "touches",
  /** POST /refresh, and POST /oauth/token for a refresh, as they arrive, whatever becomes of them. */
  "refreshRequests",
  /** POST /oauth/token as they arrive, whatever they ask for. */
  "tokenRequests",
  /** Authorization codes that were exchanged. */
  "codeExchanges",
  /** Rotations: a new refresh token was made. */
  "refreshes",
  /** The same successor was given again to the same `Idempotency-Key`. */
  "replays",
  /** A request of an earlier rotation came after the next one: nothing was given, nothing revoked. */
  "lateAttempts",
  /** An old refresh token came back: its session was revoked. */
  "reuses",
  /** Every `invalid_grant`. */
  "invalidGrants",
  /** API calls refused because the access lifetime had passed. */
  "invalidTokens",
  /** Calls refused because there was no live session. */
  "noSessions",
  /** DPoP proofs that passed every check. */
  "proofs",
  /** Proofs that were sent back for a nonce. */
  "nonceDemands",
  /** Proofs that were refused. */
  "proofRefusals",
  "csrfRefusals",
  "cspReports",
] as const;

export type Counter = (typeof COUNTERS)[number];

/** Under which name an event of `sojourn/server` is counted. */
export const counterOf: Readonly<Record<ServerEvent, Counter>> = {
  "signed-in": "signIns",
  reauthenticated: "reauthentications",
  "signed-out": "signOuts",
  peeked: "peeks",
  touched: "touches",
  rotated: "refreshes",
  replayed: "replays",
  late: "lateAttempts",
  reused: "reuses",
  refused: "invalidGrants",
  "no-session": "noSessions",
  "access-expired": "invalidTokens",
  "not-fresh": "stepUps",
  forged: "csrfRefusals",
};

/** Counts since the start, or since the last reset. */
export class Metrics {
  readonly #counts = new Map<Counter, number>();

  count(counter: Counter): void {
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + 1);
  }

  snapshot(): Record<Counter, number> {
    return Object.fromEntries(COUNTERS.map((name) => [name, this.#counts.get(name) ?? 0])) as Record<
      Counter,
      number
    >;
  }

  reset(): void {
    this.#counts.clear();
  }
}
