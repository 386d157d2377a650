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
  readonly clock: Clock;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly trouble: Trouble;
}

/** DPoP, RFC 9449: proofs that the sender of a request has a key. */
export class Dpop {
  readonly #options: DpopOptions;
  readonly #nonces: Nonces;
  readonly #seen: SeenProofs;
  readonly #proofs: Proofs;

  constructor(options: DpopOptions) {
    const { store, clock, config } = options;
    this.#options = options;
    this.#nonces = new Nonces(clock);
    this.#seen = new SeenProofs(store);
    this.#proofs = new Proofs(clock, this.#nonces, this.#seen, config.publicOrigin);
  }

  /** Checks the proof of a request, and tells the nonce for the next one with the reply, whatever it will be. */
  async check(request: FastifyRequest, reply: FastifyReply, accessToken?: string): Promise<Proven> {
    const { config, metrics, trouble } = this.#options;
    if (trouble.takeNewNonce()) this.#nonces.renew();
    const wantsNonce = config.dpopNonce || trouble.state.wantNonce;
    const proven = await this.#proofs.check(request, wantsNonce, accessToken);
    if (wantsNonce && proven.outcome !== "none") reply.header("dpop-nonce", this.#nonces.current);
    if (proven.outcome === "proven") metrics.count("proofs");
    if (proven.outcome === "refused")
      metrics.count(proven.error === "use_dpop_nonce" ? "nonceDemands" : "proofRefusals");
    return proven;
  }
}
