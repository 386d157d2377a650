import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../../../src/backend/clock.js";
import type { Store } from "../../../../src/backend/store/store.js";
import type { Config } from "../../config.js";
import type { Metrics } from "../../metrics.js";
import type { Trouble } from "../../trouble.js";
import { Nonces } from "./nonces.js";
import { Proofs, type Proven } from "./proofs.js";
import { SeenProofs } from "./seen.js";

export interface DpopOptions {
  readonly store: Store;
  readonly nonceKey: Buffer;
  readonly clock: Clock;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly trouble: Trouble;
}

/** DPoP, RFC 9449: proofs that the sender of a request has a key. */
export class Dpop {
  readonly #options: DpopOptions;
  readonly #nonces: Nonces;
  readonly #proofs: Proofs;

  constructor(options: DpopOptions) {
    const { store, clock, config, nonceKey } = options;
    this.#options = options;
    this.#nonces = new Nonces(nonceKey, clock);
    this.#proofs = new Proofs(clock, new SeenProofs(store), config.publicOrigin);
  }

  /** Checks the proof of a request, and tells the nonce for the next one with the reply, whatever it will be. */
  async check(request: FastifyRequest, reply: FastifyReply, accessToken?: string): Promise<Proven> {
    const { config, metrics, trouble } = this.#options;
    await trouble.takeNewNonce();
    const { wantNonce, nonceRenewals } = await trouble.state();
    const nonces = config.dpopNonce || wantNonce ? this.#nonces.good(nonceRenewals) : undefined;
    const proven = await this.#proofs.check(request, nonces, accessToken);
    if (nonces && proven.outcome !== "none") reply.header("dpop-nonce", nonces[0]);
    if (proven.outcome === "proven") metrics.count("proofs");
    if (proven.outcome === "refused")
      metrics.count(proven.error === "use_dpop_nonce" ? "nonceDemands" : "proofRefusals");
    return proven;
  }
}
