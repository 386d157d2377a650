import type { Store } from "../../src/backend/store/store.js";

/** Answers the next `count` refreshes with this instead of doing them. */
export interface StatusTrouble {
  readonly status: number;
  readonly retryAfter?: number;
  readonly body: "json" | "html";
  readonly count: number;
}

/**
 * What becomes of a reply. `true`: nothing, the connection breaks before it. `half`: the connection breaks in the middle
 * of the body. `gateway`: a gateway's page comes in its place. `/oauth/token` knows the first only.
 */
export type Loss = boolean | "half" | "gateway";

export interface TroubleState {
  /** Every connection to the application breaks; the site itself and /debug stay. */
  readonly down: boolean;
  /** How long /refresh, /session, /sessions and /api wait before they do anything. */
  readonly slowMs: number;
  /** The next refresh gets 401 `invalid_grant` and its session is revoked. */
  readonly rejectNextRefresh: boolean;
  /** The next rotation is done, and then its reply is lost. */
  readonly loseNextReply: Loss;
  /** The next rotation is done, and then the power fails: the server is gone before it answers. */
  readonly dieNextRotation: boolean;
  readonly status: StatusTrouble | null;
  /** DPoP proofs need a nonce of this server. */
  readonly wantNonce: boolean;
  /** The nonces that were given out until the next proof comes are worth nothing. */
  readonly newNonce: boolean;
  /** How often that was so. */
  readonly nonceRenewals: number;
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
  nonceRenewals: 0,
};

const KEY = "trouble/all";

/** The troubles a network can make, on request, and for all processes. */
export class Trouble {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async state(): Promise<TroubleState> {
    return (await this.#store.get<TroubleState>(KEY)) ?? NONE;
  }

  set(change: Partial<TroubleState>): Promise<TroubleState> {
    return this.#change((state) => ({ ...state, ...change }));
  }

  reset(): Promise<TroubleState> {
    return this.#change(() => NONE);
  }

  takeRejection(): Promise<boolean> {
    return this.#take("rejectNextRefresh");
  }

  takeLostReply(): Promise<Loss> {
    return this.#take("loseNextReply");
  }

  takeDeath(): Promise<boolean> {
    return this.#take("dieNextRotation");
  }

  async takeNewNonce(): Promise<void> {
    if (await this.#take("newNonce"))
      await this.#change((state) => ({ ...state, nonceRenewals: state.nonceRenewals + 1 }));
  }

  /** Each of them befalls so many requests, whichever process they come to. */
  async takeStatus(): Promise<StatusTrouble | null> {
    if (!(await this.state()).status) return null;
    return this.#store.update<TroubleState, StatusTrouble | null>(KEY, (state = NONE) => {
      const { status } = state;
      const left = status && status.count > 1 ? { ...status, count: status.count - 1 } : null;
      return { put: { ...state, status: left }, result: status };
    });
  }

  async #take<Name extends "rejectNextRefresh" | "loseNextReply" | "dieNextRotation" | "newNonce">(
    name: Name,
  ): Promise<TroubleState[Name]> {
    const ordered = (await this.state())[name];
    if (!ordered) return ordered;
    return this.#store.update<TroubleState, TroubleState[Name]>(KEY, (state = NONE) => ({
      put: { ...state, [name]: false },
      result: state[name],
    }));
  }

  #change(change: (state: TroubleState) => TroubleState): Promise<TroubleState> {
    return this.#store.update<TroubleState, TroubleState>(KEY, (state = NONE) => {
      const put = change(state);
      return { put, result: put };
    });
  }
}
