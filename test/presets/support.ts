import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { isSessionError, type SessionError } from "../../src/errors.js";
import { clock } from "../../src/platform/clock.js";
import type { Platform } from "../../src/platform/platform.js";
import { createAsk } from "../../src/server/ask.js";
import type { Grant, ServerConvention } from "../../src/server/convention.js";

/** A request as a server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a server answers: the body as JSON unless it is text, and the status, 200 unless it is said. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const open = new Set<Server>();
afterEach(async () => {
  for (const server of open) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  open.clear();
});

/** A real server that answers as it is told, and keeps what it was asked. */
export async function serve(answer: (seen: Seen, response: ServerResponse) => Answer | undefined) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url: path = "", headers } = request;
    seen.push({ method, path, headers, body });
    const reply = answer(seen[seen.length - 1], response);
    if (!reply) return;
    const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
    const type = typeof reply.body === "string" ? "text/html" : "application/json";
    response.writeHead(reply.status ?? 200, { "content-type": type, ...reply.headers });
    response.end(text);
  });
  open.add(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** What a page without tokens asks with. */
export const NO_TOKENS = {
  holds: false,
  read: () => ({ accessToken: undefined, refreshToken: undefined }),
};

export const MOMENT = { now: 5000, wall: 1_800_000_000_000 };

/** Node's own `fetch`, and clocks; nothing that asks a server needs more of a platform. */
export const platformAt = (base: string, ports: Partial<Platform> = {}) =>
  ({
    clock: clock(),
    base: () => base,
    origin: new URL(base).origin,
    fetch: (request: Request) => fetch(request),
    ...ports,
  }) as Platform;

interface Asking {
  grant?: Grant;
  tokens?: boolean;
  ports?: Partial<Platform>;
}

/** Asks by a convention, as a page of that server does. */
export function asking<User>(
  convention: ServerConvention<User>,
  base = "http://localhost",
  { grant, tokens = convention.tokens === "memory", ports }: Asking = {},
) {
  const credential = { accessToken: undefined, refreshToken: undefined, ...grant };
  const settings = { requestTimeout: 10_000, schema: undefined };
  return createAsk(
    convention,
    platformAt(base, ports),
    { holds: tokens, read: () => credential },
    settings,
    () => MOMENT,
  );
}

/** How a promise failed: every failure is a `SessionError`. */
export async function failure(promise: Promise<unknown>): Promise<Partial<SessionError>> {
  const error = await promise.then(
    (value) => {
      throw new Error(`It did not fail, but came to ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
  if (!isSessionError(error)) throw error;
  return { ...error, message: error.message };
}
