import type { FastifyRequest } from "fastify";

/** What this server is called, never made from what a request says of its host. */
export function ownOrigins({ socket }: FastifyRequest, publicOrigin: string | undefined): readonly string[] {
  if (publicOrigin !== undefined) return [publicOrigin];
  return ["localhost", "127.0.0.1", "[::1]"].map((host) => `http://${host}:${socket.localPort}`);
}
