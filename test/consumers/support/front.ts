import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};

/** Files of a folder under a strict policy; what is none is asked of the server of sessions. */
export async function startFront(
  port: number,
  folder: string,
  behind: string,
  policy: string,
): Promise<Server> {
  const server = createServer((incoming, reply) => {
    const { pathname } = new URL(incoming.url ?? "/", "http://here");
    const place = join(folder, pathname);
    const file = statSync(place, { throwIfNoEntry: false })?.isDirectory()
      ? join(place, "index.html")
      : place;
    if (incoming.method === "GET" && existsSync(file)) {
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      reply.writeHead(200, { "content-type": type, "content-security-policy": policy });
      createReadStream(file).pipe(reply);
      return;
    }
    const { url = "/", method, headers } = incoming;
    const asked = request(new URL(url, behind), { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    asked.on("error", () => reply.destroy());
    incoming.pipe(asked);
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}
