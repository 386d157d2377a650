import { randomUUID } from "node:crypto";
import type { ServerEvent } from "../../src/backend/backend.js";
import type { Clock } from "../../src/backend/clock.js";
import type { Store } from "../../src/backend/store/store.js";

const COUNTERS = [
  "signIns",
  "signInFailures",
  /** The password was given again in a session that goes on. */
  "reauthentications",
  /** Calls refused because the password was given too long ago. */
  "stepUps",
  "signOuts",
  /** Sessions that their users have ended from another one. */
  "othersEnded",
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
  "ended-other": "othersEnded",
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

type Counts = Partial<Record<Counter, number>>;

const PREFIX = "metrics/";
const DAY = 24 * 60 * 60_000;

/**
 * Counts since the start, or since the last reset, of all processes together. Each writes its own, so that none waits for
 * another; and what a process has counted is still known when it has died.
 */
export class Metrics {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #key = PREFIX + randomUUID();
  #fresh: Counts = {};
  #writing: Promise<void> | undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  count(counter: Counter): void {
    this.#fresh[counter] = (this.#fresh[counter] ?? 0) + 1;
    this.#writing ??= this.#write();
  }

  /** Resolves when every process can know of what this one has counted. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async snapshot(): Promise<Record<Counter, number>> {
    await this.settled();
    let sum: Counts = {};
    for await (const [, counts] of this.#store.list<Counts>(PREFIX)) sum = added(sum, counts);
    return Object.fromEntries(COUNTERS.map((name) => [name, sum[name] ?? 0])) as Record<Counter, number>;
  }

  async reset(): Promise<void> {
    await this.settled();
    for await (const [key] of this.#store.list(PREFIX))
      await this.#store.update(key, () => ({ remove: true, result: undefined }));
  }

  async #write(): Promise<void> {
    while (Object.keys(this.#fresh).length > 0) {
      const counts = this.#fresh;
      this.#fresh = {};
      try {
        const until = this.#clock.now() + DAY;
        await this.#store.update<Counts, void>(this.#key, (before = {}) => ({
          put: added(before, counts),
          until,
          result: undefined,
        }));
      } catch {
        // With the next ones.
        this.#fresh = added(this.#fresh, counts);
        break;
      }
    }
    this.#writing = undefined;
  }
}

function added(one: Counts, other: Counts): Counts {
  const names = Object.keys({ ...one, ...other }) as Counter[];
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
