import type { LiveSession } from "../../../src/backend/sessions.js";
import type { User } from "../users.js";

/** What a browser is told about its session. Seconds from now, as in OAuth: the two clocks need not agree. */
export interface SessionBody {
  readonly user: User;
  readonly epoch: number;
  readonly idleExpiresIn: number;
  readonly absoluteExpiresIn: number;
  readonly accessExpiresIn: number;
  readonly authenticatedAgo: number;
}

export function sessionBody({ epoch, left, authenticatedAgo }: LiveSession, user: User): SessionBody {
  return {
    user,
    epoch,
    idleExpiresIn: left.idle / 1000,
    absoluteExpiresIn: left.absolute / 1000,
    accessExpiresIn: left.access / 1000,
    authenticatedAgo: authenticatedAgo / 1000,
  };
}
