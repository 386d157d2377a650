import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/**
 * A request of `node:http`, and of every framework that is built upon it, as a `Request`. Give it the body as text where
 * the framework has read it already.
 * @throws TypeError where the Host header or the address makes no URL.
 */
export function toRequest(message: IncomingMessage, body?: string): Request {
  const { method = "GET", socket, headers } = message;
  const protocol = "encrypted" in socket && socket.encrypted ? "https" : "http";
  // Express takes the place where something is mounted out of `url`.
  const { originalUrl = message.url ?? "/" } = message as { originalUrl?: string };
  const given = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !name.startsWith(":")) given.set(name, String(value));

  const comes = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  const stream = comes && body === undefined ? (Readable.toWeb(message) as ReadableStream) : undefined;
  return new Request(`${protocol}://${headers.host ?? "localhost"}${originalUrl}`, {
    method,
    headers: given,
    // GET and HEAD have none, whatever came with them.
    ...(method !== "GET" && method !== "HEAD" && { body: body || stream, duplex: "half" }),
  } as RequestInit);
}

/**
 * For `node:http`, Express and whatever takes a listener of that kind. Mount it before a parser that reads the body.
 * The body is as long as its sender likes: `readJson` reads no more of it than is good. An error goes to `next`, where
 * there is one; otherwise the reply is a bare 500.
 */
export function toNodeListener(handle: (request: Request) => Promise<Response>) {
  return (message: IncomingMessage, response: ServerResponse, next?: (error: unknown) => void): void => {
    const fail = (error: unknown) => {
      if (next) return next(error);
      console.error(error);
      response.writeHead(500, { "cache-control": "no-store" }).end();
    };
    const request = readable(message);
    if (request)
      handle(request)
        .then((reply) => send(reply, response))
        .catch(fail);
    else response.writeHead(400, { "cache-control": "no-store" }).end();
  };
}

function readable(message: IncomingMessage): Request | undefined {
  try {
    return toRequest(message);
  } catch {
    return undefined;
  }
}

async function send(reply: Response, response: ServerResponse): Promise<void> {
  const text = await reply.text();
  for (const [name, value] of reply.headers) response.appendHeader(name, value);
  response.writeHead(reply.status).end(text);
}
