import type { Cookies } from "./http/cookies.js";
import type { Origins } from "./http/origins.js";
import type { Sessions } from "./sessions.js";

/** What happened, for those who count. Not for the audit log, which names the sessions: see `audit`. */
export type ServerEvent =
  | "signed-in"
  | "reauthenticated"
  | "signed-out"
  /** The user has ended it from another one, a session each. */
  | "ended-other"
  | "peeked"
  | "touched"
  /** A new refresh token was made. */
  | "rotated"
  /** The same successor was given again to the same `Idempotency-Key`. */
  | "replayed"
  /** A request of an earlier rotation came after the next one: nothing was given, nothing revoked. */
  | "late"
  /** An old refresh token came back: its session was revoked. Followed by `refused`. */
  | "reused"
  /** Every `invalid_grant`. */
  | "refused"
  /** Refused, because there was no live session. */
  | "no-session"
  /** Refused, because the access lifetime had passed. */
  | "access-expired"
  /** Refused, because the user authenticated too long ago. */
  | "not-fresh"
  /** Refused, because it did not come from a page that may send it. */
  | "forged";

/** What the routes work with. Made once, in session-server.ts. */
export interface Backend<User> {
  readonly sessions: Sessions;
  readonly origins: Origins;
  /** How long ago the user may have authenticated when other sessions are ended, in ms. */
  readonly endOthersMaxAge: number;
  cookies(request: Request): Cookies;
  /** What browsers may know of a user. Undefined: there is no such user any more. */
  user(userId: string): Promise<User | undefined>;
  tell(event: ServerEvent): void;
}

/** One thing that a browser can ask for. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `basePath`. `:epoch` stands for the name of a session. */
  readonly path: string;
}

export interface Route extends Endpoint {
  answer(request: Request, cookies: Cookies, epoch: string): Promise<Response>;
}
