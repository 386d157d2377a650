import type { FastifyRequest } from "fastify";
import { ownOrigins } from "../http/origins.js";

/** The one client that is registered: a page, which can keep no secret (RFC 6749, 2.1). */
export const CLIENT_ID = "handover-spa";

/**
 * The class of every authentication here: a password. Others that a client asks for are not to be had.
 * https://openid.net/specs/openid-connect-unmet-authentication-requirements-1_0.html
 */
export const ACR = "urn:handover:password";

/** Where its codes may be sent, to the letter (RFC 9700, 4.1.3). */
export function redirectUris(request: FastifyRequest, publicOrigin: string | undefined): readonly string[] {
  return ownOrigins(request, publicOrigin).map((origin) => `${origin}/oauth-app/`);
}
