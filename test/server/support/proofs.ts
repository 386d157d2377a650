import { createHash, randomUUID } from "node:crypto";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** What a test wants different in a proof: claims and header parts; `undefined` leaves one out. */
export interface Different {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
}

/** A key, and proofs by it, made without any code that is tested. */
export class Prover {
  readonly jwk: JWK;
  readonly jkt: string;
  readonly #privateKey: CryptoKey;

  private constructor(jwk: JWK, jkt: string, privateKey: CryptoKey) {
    this.jwk = jwk;
    this.jkt = jkt;
    this.#privateKey = privateKey;
  }

  static async make(): Promise<Prover> {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new Prover(jwk, await calculateJwkThumbprint(jwk), privateKey);
  }

  /** With the private half in it, as no proof may be. */
  async exposed(): Promise<JWK> {
    return exportJWK(this.#privateKey);
  }

  proof(
    method: string,
    url: string,
    now: number,
    token?: string,
    different: Different = {},
  ): Promise<string> {
    const claims = {
      jti: randomUUID(),
      htm: method,
      htu: url,
      iat: Math.floor(now / 1000),
      ...(token !== undefined && { ath: createHash("sha256").update(token).digest("base64url") }),
      ...different.claims,
    };
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: this.jwk, ...different.header };
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#privateKey);
  }
}
