import type { LiveSession } from "../found.js";

/** What a browser is told about its session. Seconds from now, as in OAuth: the two clocks need not agree. */
export interface SessionBody<User> {
  readonly user: User;
  readonly epoch: number;
  readonly idleExpiresIn: number;
  readonly absoluteExpiresIn: number;
  readonly accessExpiresIn: number;
  readonly authenticatedAgo: number;
}

export function sessionBody<User>(
  { epoch, left, authenticatedAgo }: LiveSession,
  user: User,
): SessionBody<User> {
  return {
    user,
    epoch,
    idleExpiresIn: left.idle / 1000,
    absoluteExpiresIn: left.absolute / 1000,
    accessExpiresIn: left.access / 1000,
    authenticatedAgo: authenticatedAgo / 1000,
  };
}
