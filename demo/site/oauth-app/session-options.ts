import type { SessionOptions } from "sojourn";
import { oauth2 } from "sojourn/presets";
import type { Limits } from "../app/limits.js";
import type { Person } from "../app/session.js";

export const CLIENT_ID = "handover-spa";
export const TOKEN_URL = "/oauth/token";

/** The session as the address asks for it: `?tokens=memory`. */
export function sessionOptions(limits: Limits): SessionOptions<Person> {
  return {
    // Each way to keep tokens is a session of its own.
    name: "oauth-memory",
    server: oauth2<Person>({
      tokenUrl: TOKEN_URL,
      clientId: CLIENT_ID,
      revocationUrl: "/oauth/revoke",
      // The demo's server honours it: a reply may be lost.
      idempotency: true,
    }),
    // Short warnings are for trying things out: people need 20 s at the very least.
    idle: { timeout: limits.idleTimeout, warning: limits.idleWarning, allowShortWarning: true },
    absolute: { timeout: limits.absoluteTimeout, warning: limits.absoluteWarning, allowShortWarning: true },
    requestTimeout: limits.requestTimeout,
  };
}
