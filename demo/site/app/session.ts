import { createSession, type Session, type SessionState } from "sojourn";
import { type BffUser, bff } from "sojourn/presets";
import type { Limits } from "./limits.js";

/** Who is signed in, as the server tells it. */
export interface Person extends BffUser {
  readonly id: string;
  readonly name: string;
  readonly username: string;
}

export type HandoverSession = Session<Person>;
export type HandoverState = SessionState<Person>;

/** The one session of this origin. The server is the authority; the limits are here so that the warning comes in time. */
export function createHandoverSession(limits: Limits): HandoverSession {
  return createSession<Person>({
    server: bff<Person>(),
    // Short warnings are for trying things out: people need 20 s at the very least.
    idle: { timeout: limits.idleTimeout, warning: limits.idleWarning, allowShortWarning: true },
    absolute: { timeout: limits.absoluteTimeout, warning: limits.absoluteWarning, allowShortWarning: true },
    requestTimeout: limits.requestTimeout,
  });
}
