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
  /** Those whose callers may still ask again, the newest first. */
  readonly rotations: readonly Rotation[];
}

/** Hashes of the token that came, of the one that was given for it, and of the `Idempotency-Key`. */
interface Rotation {
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly at: number;
}

/** `late`: an attempt at an earlier rotation, whose successor has been used meanwhile. */
export type Judgement = "rotate" | "replay" | "late" | "reuse";

/** Whoever refreshes without a pause has the grace for so many rotations only. */
const REMEMBERED = 16;

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

  first(sessionId: string, generation = 1): GrantState {
    return this.#generation(sessionId, generation);
  }

  next(sessionId: string, state: GrantState, key: string | undefined, now: number): GrantState {
    const made = this.#generation(sessionId, state.generation + 1);
    const rotation = key !== undefined && {
      from: state.current,
      to: made.current,
      key: hashOf(key),
      at: now,
    };
    const rotations = [...(rotation ? [rotation] : []), ...state.rotations];
    return { ...made, rotations: rotations.slice(0, REMEMBERED) };
  }

  /**
   * Rotation with reuse detection (RFC 9700, 4.14.2), and a grace for the client that never got its reply: the same
   * `Idempotency-Key` gets the same successor, whether its cookie is still the previous token (the reply was lost) or
   * already the current one (the cookie arrived, the caller had given up). "The latest token, whoever asks" would be
   * simpler, and would let two tabs that race, or a thief, both go on unnoticed.
   *
   * A request can be on its way for longer than its caller waited: the caller asked again, got the successor and used
   * it, and only then it comes. That is nobody's theft, so nothing is revoked; and nothing is given.
   *
   * Several tokens may come: see `Cookies`.
   */
  judge(state: GrantState, tokens: readonly string[], key: string | undefined, now: number): Judgement {
    const hashes = tokens.map(hashOf);
    const asked = key === undefined ? undefined : hashOf(key);
    const made = state.rotations.find((it) => it.key === asked && now - it.at < this.#graceWindow);
    const repeated = made && (hashes.includes(made.from) || hashes.includes(made.to));
    if (repeated && made.to === state.current) return "replay";
    if (hashes.includes(state.current)) return "rotate";
    return repeated ? "late" : "reuse";
  }

  #generation(sessionId: string, generation: number): GrantState {
    const nonce = randomBytes(16).toString("base64url");
    return {
      generation,
      nonce,
      current: hashOf(this.tokenOf(sessionId, { generation, nonce })),
      rotations: [],
    };
  }
}
