import type { FastifyRequest } from "fastify";

/** The one client that is registered: a page, which can keep no secret (RFC 6749, 2.1). */
export const CLIENT_ID = "handover-spa";

const PATH = "/oauth-app/";

/** Where its codes may be sent, to the letter (RFC 9700, 4.1.3). Never made from what a request says of its host. */
export function redirectUris({ socket }: FastifyRequest, publicOrigin: string | undefined): string[] {
  if (publicOrigin !== undefined) return [publicOrigin + PATH];
  return ["localhost", "127.0.0.1", "[::1]"].map((host) => `http://${host}:${socket.localPort}${PATH}`);
}
