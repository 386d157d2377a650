import type { End } from "./limits.js";
import type { GrantState } from "./refresh-token.js";

/** What is stored of a session, under the hash of its id. Instants only: the limits are applied when it is read. */
export interface SessionRecord {
  readonly userId: string;
  /** Rises at every sign-in, for everybody: a browser can tell a newer session from an older one. */
  readonly epoch: number;
  readonly startedAt: number;
  /** The last sign of the user. Moved by touch only. */
  readonly touchedAt: number;
  /** When the access lifetime last began. Moved by refresh only. */
  readonly accessAt: number;
  /** When the user last gave the password. */
  readonly authenticatedAt: number;
  readonly grant: GrantState;
  /** The thumbprint of the key that its tokens are bound to (RFC 9449, 6). */
  readonly jkt?: string;
  /** Where it began, in words for the user. */
  readonly startedFrom?: string;
  /** Where the same session is kept under the id before this one, which lives until this one comes for the first time. */
  readonly renews?: string;
  /** Where it is kept under the id after this one. */
  readonly renewedBy?: string;
  /** Kept for a while after the end, so that every tab can be told why. */
  readonly end?: End;
}
