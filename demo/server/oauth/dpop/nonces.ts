import { createHmac } from "node:crypto";
import type { Clock } from "../../../../src/backend/clock.js";

const LIFETIME = 5 * 60_000;

/**
 * What has to be in a proof, so that it cannot have been made in advance (RFC 9449, 8). Made from a key and the time:
 * every process knows those of the others, and nothing is to be remembered. Two are good at a time: a request that was
 * under way when the nonce changed is not sent back.
 */
export class Nonces {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /** The current one first. `renewals`: how often all that had been given out became worth nothing. */
  good(renewals: number): readonly [current: string, previous: string] {
    const period = Math.floor(this.#clock.now() / LIFETIME);
    return [this.#nonce(period, renewals), this.#nonce(period - 1, renewals)];
  }

  #nonce(period: number, renewals: number): string {
    const mac = createHmac("sha256", this.#key).update(`${period}.${renewals}`);
    return mac.digest("base64url").slice(0, 22);
  }
}
