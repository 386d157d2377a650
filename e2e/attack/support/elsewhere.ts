import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of somebody else: lets everybody in, writes down who came, and has a page for what is tried from there. */
export async function startElsewhere() {
  const visits: { url: string; method: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, reply) => {
    const { url = "", method = "", headers } = request;
    let body = "";
    for await (const chunk of request) body += chunk;
    visits.push({ url, method, headers, body });
    reply
      .writeHead(200, {
        "content-type": "text/html",
        "access-control-allow-origin": headers.origin ?? "*",
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
        "access-control-allow-methods": "GET, POST, PUT, DELETE",
      })
      .end("<!doctype html><title>Elsewhere</title><body></body>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    visits,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
