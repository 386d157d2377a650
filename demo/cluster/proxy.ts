import { Agent, request as ask, get, type IncomingMessage, type ServerResponse } from "node:http";
import { isLocal } from "../server/http/loopback.js";
import { type Listening, listenOnLoopback } from "../server/listen.js";

const LOOK_EVERY = 500;
const PATIENCE = 1_000;

/**
 * Sends each request to the next of several servers on this machine, and skips those that do not answer.
 *
 * A request that found nobody goes to the next server. One that has reached a server goes to no other: it may have been
 * carried out. If that server dies, the connection breaks, as it would without anything in between, and the browser
 * knows what to do.
 */
export class RoundRobin {
  readonly #agent = new Agent({ keepAlive: true, timeout: 3_000 });
  readonly #silent = new Set<number>();
  readonly #looking = setInterval(() => this.#look(), LOOK_EVERY);
  #listening: Listening | undefined;
  #targets: readonly number[] = [];
  #turn = 0;

  /** 0 picks a free port. */
  static async start(port: number): Promise<RoundRobin> {
    const proxy = new RoundRobin();
    proxy.#listening = await listenOnLoopback((request, reply) => proxy.#take(request, reply), port);
    return proxy;
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  /** The ports of the servers. */
  set targets(ports: readonly number[]) {
    this.#targets = ports;
    this.#silent.clear();
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#agent.destroy();
    await this.#listening?.close();
  }

  #take(request: IncomingMessage, reply: ServerResponse): void {
    const { remoteAddress } = request.socket;
    const headers: Record<string, string | string[] | undefined> = { ...request.headers };
    delete headers.connection;
    // These are for this machine alone. The servers cannot tell any more, so it is told from here.
    const debug = /^\/debug(\/|$)/.test(request.url ?? "");
    if (debug && !isLocal(remoteAddress, request.headers)) {
      reply.writeHead(403).end();
      return;
    }
    if (!debug) headers["x-forwarded-for"] = remoteAddress;

    const start = this.#turn++;
    const inTurn = this.#targets.map((_, i) => this.#targets[(start + i) % this.#targets.length] as number);
    const silentLast = [
      ...inTurn.filter((port) => !this.#silent.has(port)),
      ...inTurn.filter((port) => this.#silent.has(port)),
    ];
    this.#forward(request, reply, headers, silentLast);
  }

  #forward(
    request: IncomingMessage,
    reply: ServerResponse,
    headers: Record<string, string | string[] | undefined>,
    [port, ...others]: readonly number[],
  ): void {
    if (port === undefined) {
      reply.writeHead(503, { "content-type": "text/html", "retry-after": "1" }).end("<h1>503</h1>");
      return;
    }
    const { method, url } = request;
    const sent = ask({ host: "127.0.0.1", port, agent: this.#agent, method, path: url, headers });
    let reached = false;
    const reach = () => {
      reached = true;
      request.pipe(sent);
    };
    sent.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", reach);
      else reach();
    });
    sent.once("error", () => {
      if (reached) request.socket.destroy();
      else {
        this.#silent.add(port);
        this.#forward(request, reply, headers, others);
      }
    });
    sent.once("response", (answer) => {
      reply.writeHead(answer.statusCode ?? 502, withoutConnection(answer.rawHeaders));
      answer.pipe(reply);
      answer.once("close", () => {
        if (!answer.complete) request.socket.destroy();
      });
    });
    reply.once("close", () => {
      if (!reply.writableFinished) sent.destroy();
    });
  }

  /** A server that hangs takes connections, too: so each is asked whether it is well. */
  #look(): void {
    for (const port of this.#targets) {
      const asked = get({ host: "127.0.0.1", port, path: "/health", timeout: PATIENCE }, (answer) => {
        answer.resume();
        this.#silent.delete(port);
      });
      asked.once("timeout", () => asked.destroy());
      asked.once("error", () => this.#silent.add(port));
    }
  }
}

/** What is between two neighbours. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
function withoutConnection(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    if (!["connection", "keep-alive", "transfer-encoding"].includes(name.toLowerCase()))
      kept.push(name, value);
  }
  return kept;
}
