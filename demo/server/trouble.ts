/** Answers the next `count` refreshes with this instead of doing them. */
export interface StatusTrouble {
  readonly status: number;
  readonly retryAfter?: number;
  readonly body: "json" | "html";
  readonly count: number;
}

export interface TroubleState {
  /** Every connection to the application breaks; the site itself and /debug stay. */
  readonly down: boolean;
  /** How long /refresh, /session and /api wait before they do anything. */
  readonly slowMs: number;
  /** The next refresh gets 401 `invalid_grant` and its session is revoked. */
  readonly rejectNextRefresh: boolean;
  /** The next rotation is done, and then the connection breaks. */
  readonly loseNextReply: boolean;
  /** The next rotation is done, and then the power fails: the server is gone before it answers. */
  readonly dieNextRotation: boolean;
  readonly status: StatusTrouble | null;
  /** DPoP proofs need a nonce of this server. */
  readonly wantNonce: boolean;
  /** The nonces that were given out until the next proof comes are worth nothing. */
  readonly newNonce: boolean;
}

const NONE: TroubleState = {
  down: false,
  slowMs: 0,
  rejectNextRefresh: false,
  loseNextReply: false,
  dieNextRotation: false,
  status: null,
  wantNonce: false,
  newNonce: false,
};

/** The troubles a network can make, on request. In memory: a restart cures them all. */
export class Trouble {
  #state = NONE;

  get state(): TroubleState {
    return this.#state;
  }

  set(change: Partial<TroubleState>): void {
    this.#state = { ...this.#state, ...change };
  }

  reset(): void {
    this.#state = NONE;
  }

  takeRejection(): boolean {
    return this.#take("rejectNextRefresh");
  }

  takeLostReply(): boolean {
    return this.#take("loseNextReply");
  }

  takeDeath(): boolean {
    return this.#take("dieNextRotation");
  }

  takeNewNonce(): boolean {
    return this.#take("newNonce");
  }

  takeStatus(): StatusTrouble | null {
    const { status } = this.#state;
    if (status) this.set({ status: status.count > 1 ? { ...status, count: status.count - 1 } : null });
    return status;
  }

  #take(name: "rejectNextRefresh" | "loseNextReply" | "dieNextRotation" | "newNonce"): boolean {
    const taken = this.#state[name];
    this.set({ [name]: false });
    return taken;
  }
}
