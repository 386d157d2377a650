import { createHmac, randomBytes } from "node:crypto";
import { hashOf } from "./ids.js";

/**
 * What is stored of a session's refresh tokens. Each rotation makes the next generation; the session is the family.
 *
 * A token is HMAC(server key, session id · generation · nonce). So the successor can be given a second time, to a
 * client whose reply was lost, without keeping it in the clear. It takes three things to derive it, and they are
 * in three places: the nonce in the store, the key in a file of its own, the session id in the user's cookie only.
 */
export interface GrantState {
  readonly generation: number;
  readonly nonce: string;
  readonly current: string;
  readonly previous?: string;
  /** Of the `Idempotency-Key` that made the current generation. */
  readonly key?: string;
  readonly rotatedAt: number;
}

export type Judgement = "rotate" | "replay" | "reuse";

export class RefreshTokens {
  readonly #serverKey: Buffer;
  readonly #graceWindow: number;

  constructor(serverKey: Buffer, graceWindow: number) {
    this.#serverKey = serverKey;
    this.#graceWindow = graceWindow;
  }

  /** The token of the current generation. */
  tokenOf(sessionId: string, state: Pick<GrantState, "generation" | "nonce">): string {
    return createHmac("sha256", this.#serverKey)
      .update(`${sessionId}.${state.generation}.${state.nonce}`)
      .digest("base64url");
  }

  first(sessionId: string, now: number): GrantState {
    return this.#generation(sessionId, 1, now);
  }

  next(sessionId: string, state: GrantState, key: string | undefined, now: number): GrantState {
    return {
      ...this.#generation(sessionId, state.generation + 1, now),
      previous: state.current,
      ...(key !== undefined && { key: hashOf(key) }),
    };
  }

  /**
   * Rotation with reuse detection (RFC 9700, 4.14.2), and a grace for the client that never got its reply: the same
   * `Idempotency-Key` gets the same successor, whether its cookie is still the previous token (the reply was lost) or
   * already the current one (the cookie arrived, the caller had given up). "The latest token, whoever asks" would be
   * simpler, and would let two tabs that race, or a thief, both go on unnoticed.
   */
  judge(state: GrantState, token: string, key: string | undefined, now: number): Judgement {
    const hash = hashOf(token);
    const repeated =
      key !== undefined && state.key === hashOf(key) && now - state.rotatedAt < this.#graceWindow;
    if (repeated && (hash === state.current || hash === state.previous)) return "replay";
    return hash === state.current ? "rotate" : "reuse";
  }

  #generation(sessionId: string, generation: number, now: number): GrantState {
    const nonce = randomBytes(16).toString("base64url");
    return {
      generation,
      nonce,
      current: hashOf(this.tokenOf(sessionId, { generation, nonce })),
      rotatedAt: now,
    };
  }
}
