import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import { guard } from "./guard.js";

const HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * For routes that only somebody at this machine may use. The address alone does not prove it: a page of evil.example
 * can point its own name at 127.0.0.1 (DNS rebinding), but then the Host header still says evil.example; and a proxy on
 * this machine makes everybody look local, but says so.
 */
export function loopbackOnly(app: FastifyInstance): void {
  guard(app, async ({ socket, headers }) =>
    isLocal(socket.remoteAddress, headers)
      ? undefined
      : Response.json({ error: "loopback_only" }, { status: 403 }),
  );
}

export function isLocal(remoteAddress: string | undefined, headers: IncomingHttpHeaders): boolean {
  const host = (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  return (
    isLoopbackAddress(remoteAddress) &&
    HOSTS.has(host) &&
    headers["x-forwarded-for"] === undefined &&
    headers.forwarded === undefined
  );
}

function isLoopbackAddress(address = ""): boolean {
  return address === "::1" || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
