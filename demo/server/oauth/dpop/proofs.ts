import type { FastifyRequest } from "fastify";
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../../../../src/backend/clock.js";
import { hashOf } from "../../../../src/backend/ids.js";
import { ownOrigins } from "../../http/origins.js";
import type { SeenProofs } from "./seen.js";

/** Asymmetric, and each of them fit for the purpose. */
export const ALGORITHMS = ["ES256", "ES384", "Ed25519", "PS256"];

/** How old a proof may be, and how far from the future it may come, in seconds. */
const OLDEST = 60;
const TOLERANCE = 5;

export type Proven =
  /** No proof came. */
  | { readonly outcome: "none" }
  /** `jkt`: the thumbprint of the key that the sender has (RFC 7638). */
  | { readonly outcome: "proven"; readonly jkt: string }
  | { readonly outcome: "refused"; readonly error: "invalid_dpop_proof" | "use_dpop_nonce" };

const REFUSED = { outcome: "refused", error: "invalid_dpop_proof" } as const;

/** The checks of RFC 9449, 4.3, in their order. */
export class Proofs {
  readonly #clock: Clock;
  readonly #seen: SeenProofs;
  readonly #publicOrigin: string | undefined;

  constructor(clock: Clock, seen: SeenProofs, publicOrigin: string | undefined) {
    this.#clock = clock;
    this.#seen = seen;
    this.#publicOrigin = publicOrigin;
  }

  /** `nonces`: those of which one has to be in it, where any is wanted. */
  async check(
    request: FastifyRequest,
    nonces: readonly string[] | undefined,
    accessToken?: string,
  ): Promise<Proven> {
    const came = request.raw.headersDistinct.dpop ?? [];
    const [proof] = came;
    if (proof === undefined) return { outcome: "none" };
    // 1: one header, not more.
    if (came.length > 1) return REFUSED;
    const read = await this.#read(proof);
    if (!read) return REFUSED;
    const { payload, jkt } = read;
    const { htm, htu, jti, iat, nonce, ath } = payload;
    // 8, 9: for this method and this address.
    const address = this.#address(request, htu);
    if (htm !== request.method || address === undefined) return REFUSED;
    // 10: with the nonce that was asked for.
    if (nonces && !nonces.includes(String(nonce))) return { outcome: "refused", error: "use_dpop_nonce" };
    // 12: for this token.
    if (accessToken !== undefined && ath !== hashOf(accessToken)) return REFUSED;
    // 11: for the first time. Last, for nothing that is refused is worth remembering.
    const until = ((iat as number) + OLDEST + TOLERANCE + 1) * 1000;
    if (typeof jti !== "string" || jti === "" || !(await this.#seen.add(address, jti, until))) return REFUSED;
    return { outcome: "proven", jkt };
  }

  /** 2 to 7 and 11: a JWT of this type, all claims there, signed by the public key in it, with a good algorithm, lately. */
  async #read(proof: string): Promise<{ payload: JWTPayload; jkt: string } | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: "dpop+jwt",
        algorithms: ALGORITHMS,
        requiredClaims: ["jti", "htm", "htu", "iat"],
        maxTokenAge: OLDEST,
        clockTolerance: TOLERANCE,
        currentDate: new Date(this.#clock.now()),
      });
      const { jwk } = protectedHeader;
      if (!jwk) return undefined;
      return { payload, jkt: await calculateJwkThumbprint(jwk) };
    } catch {
      return undefined;
    }
  }

  /** The request's address where `htu` names it: compared as URLs are, without query and fragment. */
  #address(request: FastifyRequest, htu: unknown): string | undefined {
    if (typeof htu !== "string" || !URL.canParse(htu)) return undefined;
    const named = new URL(htu);
    const origin = ownOrigins(request, this.#publicOrigin).find((own) => own === named.origin);
    if (origin === undefined) return undefined;
    const { pathname } = new URL(request.url, origin);
    return named.pathname === pathname ? origin + pathname : undefined;
  }
}
