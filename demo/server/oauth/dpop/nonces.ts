import { randomBytes } from "node:crypto";
import type { Clock } from "../../../../src/backend/clock.js";

const LIFETIME = 5 * 60_000;

/**
 * What has to be in a proof, so that it cannot have been made in advance (RFC 9449, 8). Two are good at a time: a
 * request that was under way when the nonce changed is not sent back. After a restart there are new ones.
 */
export class Nonces {
  readonly #clock: Clock;
  #current = "";
  #previous = "";
  #madeAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get current(): string {
    if (this.#clock.now() - this.#madeAt >= LIFETIME) {
      this.#previous = this.#current;
      this.#make();
    }
    return this.#current;
  }

  accepts(nonce: unknown): boolean {
    return nonce === this.current || (nonce === this.#previous && nonce !== "");
  }

  /** All that were given out are worth nothing. */
  renew(): void {
    this.#previous = "";
    this.#make();
  }

  #make(): void {
    this.#current = randomBytes(16).toString("base64url");
    this.#madeAt = this.#clock.now();
  }
}
