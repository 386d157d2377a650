import { oauth2 } from "sojourn/presets";
import type { Person } from "../app/session.js";

export const CLIENT_ID = "handover-spa";

/** The server, as the page and its worker have it. */
export const server = oauth2<Person>({
  tokenUrl: "/oauth/token",
  clientId: CLIENT_ID,
  revocationUrl: "/oauth/revoke",
  // The demo's server honours it: a reply may be lost.
  idempotency: true,
});
