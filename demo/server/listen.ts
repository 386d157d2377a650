import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Listening {
  readonly port: number;
  /** Takes no new requests, and gives those under way some time. */
  close(): Promise<void>;
}

const PATIENCE = 3_000;
const TRIES = 10;

/**
 * On both loopback addresses, because browsers and systems differ in what `localhost` means; on 127.0.0.1 alone where
 * there is no IPv6. With port 0 the system picks one that is free on both.
 */
export async function listenOnLoopback(handler: RequestListener, port: number): Promise<Listening> {
  for (let tries = 1; ; tries += 1) {
    const ipv4 = await bind(handler, "127.0.0.1", port);
    const chosen = (ipv4.address() as AddressInfo).port;
    try {
      const ipv6 = await bindIfThereIs(handler, "::1", chosen);
      const servers = ipv6 ? [ipv4, ipv6] : [ipv4];
      return {
        port: chosen,
        close: async () => {
          await Promise.all(servers.map(close));
        },
      };
    } catch (error) {
      await close(ipv4);
      if (port !== 0 || codeOf(error) !== "EADDRINUSE" || tries === TRIES) throw error;
    }
  }
}

async function bindIfThereIs(
  handler: RequestListener,
  host: string,
  port: number,
): Promise<Server | undefined> {
  try {
    return await bind(handler, host, port);
  } catch (error) {
    if (["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

function bind(handler: RequestListener, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection that is kept alive becomes idle only when its reply is out: look more than once.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    const impatient = setTimeout(() => server.closeAllConnections(), PATIENCE);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(impatient);
      resolve();
    });
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
