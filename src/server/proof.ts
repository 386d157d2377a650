import type { Grant } from "./convention.js";

/**
 * Shows the server, request by request, that the sender holds a key. A token that is bound to the key is worth nothing
 * to whoever steals it. `sojourn/dpop` makes one (DPoP, RFC 9449).
 */
export interface Proof {
  /**
   * Whether the token of a grant is bound to the key, by its `tokenType`. One that is not is refused with `ERR_BAD_REPLY`,
   * and the session goes on with what it has.
   */
  binds(grant: Grant): boolean;
  /**
   * Sends a request with a proof of its own. Where the server wants something in the proof that it tells with its reply,
   * once more.
   */
  send(
    request: Request,
    fetch: (request: Request) => Promise<Response>,
    how?: ProofOptions,
  ): Promise<Response>;
  /** A session starts whose tokens are bound to the key of this page: every tab is to have that one. */
  begin(): void;
  /** The session has ended here. `last`: nobody needs its key any more, it is deleted. */
  end(last: boolean): void;
  /** Calls `degraded` where the key cannot be stored, now or before. */
  watch(degraded: () => void): void;
}

/** What kind of request {@link Proof.send} is given. */
export interface ProofOptions {
  /** Its body can be read only once: it is not sent again. */
  readonly once?: boolean | undefined;
  /** It tells the server of the end: with the key of the session that has ended. */
  readonly end?: boolean | undefined;
}
