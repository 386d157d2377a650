import { type DpopProof, dpop } from "sojourn/dpop";
import { oauth2 } from "sojourn/presets";
import type { Person } from "../app/session.js";

export const CLIENT_ID = "handover-spa";

/** The server, as the page and its worker have it, and what binds its tokens to a key. */
export function serverFor(name: string, bound: boolean) {
  const proof: DpopProof | undefined = bound ? dpop({ name }) : undefined;
  const server = oauth2<Person>({
    ...(proof && { proof }),
    tokenUrl: "/oauth/token",
    clientId: CLIENT_ID,
    revocationUrl: "/oauth/revoke",
    // The demo's server honours it: a reply may be lost.
    idempotency: true,
  });
  return { server, proof };
}
