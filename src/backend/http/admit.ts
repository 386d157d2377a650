import type { Backend } from "../backend.js";
import { refuseForgery } from "./forgery.js";
import { expiredAccess } from "./replies.js";
import { refuseStale, type Signed, signed } from "./signed.js";

/** What a route wants of who calls it. */
export interface Demand {
  /** How long ago the user may have authenticated, in ms. @default any time */
  readonly maxAge?: number;
  /** `"any"`: also when a refresh is due. @default "fresh" */
  readonly access?: "fresh" | "any";
}

/** Who sends a request to the application itself, or the answer to it. Only looks: a page that polls keeps nobody signed in. */
export async function admit<User>(
  backend: Backend<User>,
  request: Request,
  { maxAge = Number.POSITIVE_INFINITY, access = "fresh" }: Demand,
): Promise<Signed<User>> {
  const { sessions, cookies, tell } = backend;
  const forged = refuseForgery(backend, request);
  if (forged) return { refusal: forged };
  const found = await signed(backend, await sessions.peek(cookies(request).sessionId));
  if (found.refusal) return found;
  if (access === "fresh" && found.session.left.access <= 0) {
    tell("access-expired");
    return { refusal: expiredAccess() };
  }
  const stale = refuseStale(backend, found.session, maxAge);
  return stale ? { refusal: stale } : found;
}
