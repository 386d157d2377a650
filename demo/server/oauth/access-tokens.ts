import { randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Clock } from "../../../src/backend/clock.js";
import type { LiveSession } from "../../../src/backend/found.js";
import { ACR } from "./client.js";

const TYPE = "at+jwt";
const ALGORITHM = "HS256";

/**
 * Access tokens are short-lived JWTs (RFC 9068) that name their grant by its hash. Who makes them is who reads them, so
 * one secret key will do. The grant is looked up at each use: a token is dead as soon as its grant is (ASVS 5.0, V7.4.1).
 */
export class AccessTokens {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  issue(handle: string, { userId, left, jkt, authenticatedAgo }: LiveSession): Promise<string> {
    const now = this.#clock.now();
    // RFC 9470, 6.1.
    const authenticated = { auth_time: Math.floor((now - authenticatedAgo) / 1000), acr: ACR };
    return new SignJWT({ grant: handle, ...authenticated, ...(jkt !== undefined && { cnf: { jkt } }) })
      .setProtectedHeader({ typ: TYPE, alg: ALGORITHM })
      .setSubject(userId)
      .setJti(randomUUID())
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.ceil((now + left.access) / 1000))
      .sign(this.#key);
  }

  /** The handle of its grant, or undefined where it is none of ours, forged or expired. */
  async read(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        typ: TYPE,
        algorithms: [ALGORITHM],
        currentDate: new Date(this.#clock.now()),
      });
      return payload.grant as string;
    } catch {
      return undefined;
    }
  }
}
