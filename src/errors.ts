import type { EndReason } from "./core/state.js";

/**
 * Every way in which Sojourn can say no. Stable: `switch (error.code)` narrows.
 *
 * | code | meaning |
 * |---|---|
 * | `ERR_INVALID_OPTION` | an option cannot be used as given; `option` names it |
 * | `ERR_SIGNED_OUT` | nobody is signed in, or that is not known yet |
 * | `ERR_SESSION_ENDED` | the session is over; `reason` says why |
 * | `ERR_REJECTED` | the server refused the credential for good |
 * | `ERR_UNAVAILABLE` | the server could not answer, the session goes on; `retryAfter` says when to try again |
 * | `ERR_TIMEOUT` | the server or another tab did not answer in time, the session goes on |
 * | `ERR_BAD_REPLY` | the server answered something else than its convention says, the session goes on |
 * | `ERR_NO_CREDENTIAL` | this tab holds no token (cookie sessions never do) |
 * | `ERR_NOT_EXTENDABLE` | nothing moves an absolute limit |
 * | `ERR_NOT_FRESH` | the user has not authenticated again as asked: it was called off, the session goes on |
 * | `ERR_REDIRECTED` | a request with a token was redirected; tokens do not follow redirects |
 * | `ERR_UNSUPPORTED` | not possible here, such as a request during server-side rendering |
 * | `ERR_DESTROYED` | the session object was destroyed |
 */
export type SessionErrorCode =
  | "ERR_INVALID_OPTION"
  | "ERR_SIGNED_OUT"
  | "ERR_SESSION_ENDED"
  | "ERR_REJECTED"
  | "ERR_UNAVAILABLE"
  | "ERR_TIMEOUT"
  | "ERR_BAD_REPLY"
  | "ERR_NO_CREDENTIAL"
  | "ERR_NOT_EXTENDABLE"
  | "ERR_NOT_FRESH"
  | "ERR_REDIRECTED"
  | "ERR_UNSUPPORTED"
  | "ERR_DESTROYED";

/** What a {@link SessionError} can carry beside its code. */
export interface SessionErrorDetails {
  /** With `ERR_INVALID_OPTION`, and `ERR_UNSUPPORTED` for want of it: the path of the option, such as `"idle.warning"`. */
  readonly option?: string | undefined;
  /** With `ERR_UNAVAILABLE`: ms until it is worth trying again, where known. */
  readonly retryAfter?: number | undefined;
  /** With `ERR_SESSION_ENDED` and `ERR_REJECTED`: why. */
  readonly reason?: EndReason | undefined;
  /** The HTTP status that led to it, where one did. */
  readonly status?: number | undefined;
}

/** The one error class of Sojourn. No message or property ever contains a credential. */
export class SessionError extends Error {
  override readonly name = "SessionError";
  /** What went wrong: see {@link SessionErrorCode}. */
  declare readonly code: SessionErrorCode;
  declare readonly option?: string | undefined;
  declare readonly retryAfter?: number | undefined;
  declare readonly reason?: EndReason | undefined;
  declare readonly status?: number | undefined;

  constructor(code: SessionErrorCode, message: string, details?: SessionErrorDetails) {
    super(message);
    Object.assign(this, details, { code });
  }
}

/** Tells a {@link SessionError} from any other value, also across realms and duplicate copies of the package. */
export function isSessionError(value: unknown): value is SessionError {
  const error = value as SessionError | undefined;
  // An error of another window is no instance of this one's class.
  return error?.name === "SessionError" && !!error.code && !!error.stack;
}
