import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What is kept back on the way. */
interface Held {
  letGo(): void;
}

export interface Line {
  /** The same server, at the other end of the line. */
  readonly origin: string;
  /** Keeps the next request for this path, or its reply, on the way. What comes after it is not held up. */
  hold(what: "request" | "reply", path: string): Held;
  close(): void;
}

/** A line to a server, on which a request can take longer than its caller waits, and a reply than the next one. */
export async function lineTo(server: string): Promise<Line> {
  const { hostname: host, port } = new URL(server);
  const sockets: Socket[] = [];
  let held:
    | { readonly what: "request" | "reply"; readonly path: string; readonly gone: Promise<void> }
    | undefined;

  const relay = createServer((browser) => {
    const upstream = connect({ host, port: Number(port) });
    sockets.push(browser, upstream);
    const way = { request: Promise.resolve(), reply: Promise.resolve() };
    browser.on("data", (chunk: Buffer) => {
      if (held && chunk.toString("latin1").startsWith(`POST ${held.path} `)) {
        way[held.what] = held.gone;
        held = undefined;
      }
      // Also when the browser has hung up.
      void way.request.then(() => upstream.write(chunk));
    });
    upstream.on("data", (chunk) => void way.reply.then(() => browser.write(chunk)));
    upstream.on("close", () => browser.destroy());
    for (const socket of [browser, upstream]) socket.on("error", () => {});
  });
  relay.listen(0, host);
  await once(relay, "listening");

  return {
    origin: `http://${host}:${(relay.address() as AddressInfo).port}`,
    hold(what, path) {
      let letGo = () => {};
      const gone = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      held = { what, path, gone };
      return { letGo };
    },
    close() {
      relay.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
