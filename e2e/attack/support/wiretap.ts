import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as the server got it. */
export interface Overheard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/**
 * Lies on the line between the browser and the server: knows every secret that the server has given out, whoever in the
 * browser has asked for it. (What a shared worker is told no browser shows to a test.)
 */
export class Wiretap {
  upstream = "";
  /** Cookies and tokens, of the whole test. */
  readonly secrets = new Set<string>();
  readonly requests: Overheard[] = [];
  /** The policy of the pages lets them connect to everywhere: to see what holds without it. */
  connectAnywhere = false;
  /** A script that comes before every other of a page. */
  injected: string | undefined;
  /** Where reports of the policy go, if they are not for the server: those that a test causes on purpose. */
  reports: string[] | undefined;
  /** Answers in the server's place what it takes: replies and uploads that take their time. */
  takes: ((incoming: IncomingMessage, outgoing: ServerResponse) => boolean) | undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  }

  static async start(): Promise<Wiretap> {
    const tap = new Wiretap();
    tap.#server.listen(0, "127.0.0.1");
    await once(tap.#server, "listening");
    return tap;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = "", url = "", headers } = incoming;
    this.requests.push({ method, url, headers });
    if (this.takes?.(incoming, outgoing)) return;
    const away = /^\/away\/(30[1278])\/(.+)$/.exec(url);
    if (away) {
      outgoing.writeHead(Number(away[1]), { location: decodeURIComponent(away[2] as string) }).end();
      return;
    }
    if (url === "/injected.js") {
      outgoing.writeHead(200, { "content-type": "text/javascript" }).end(this.injected);
      return;
    }
    if (this.reports && url === "/csp-report") {
      const { reports } = this;
      text(incoming).then(
        (body) => reports.push(body),
        () => {},
      );
      outgoing.writeHead(204).end();
      return;
    }
    const sent = request(new URL(url, this.upstream), { method, headers }, async (reply) => {
      const body: Buffer[] = [];
      for await (const chunk of reply) body.push(chunk);
      const whole = this.#inject(reply, Buffer.concat(body));
      this.#note(url, reply, whole);
      const { "content-security-policy": policy, ...rest } = reply.headers;
      const connect = this.connectAnywhere ? "connect-src * data: blob:" : "connect-src 'self'";
      outgoing
        .writeHead(reply.statusCode ?? 502, {
          ...rest,
          ...(rest["content-length"] && { "content-length": whole.length }),
          ...(policy && { "content-security-policy": String(policy).replace("connect-src 'self'", connect) }),
        })
        .end(whole);
    });
    sent.on("error", () => outgoing.destroy());
    incoming.pipe(sent);
  }

  #inject({ headers }: IncomingMessage, body: Buffer): Buffer {
    if (this.injected === undefined || !headers["content-type"]?.startsWith("text/html")) return body;
    return Buffer.from(body.toString().replace("<script", '<script src="/injected.js"></script><script'));
  }

  #note(url: string, { headers }: IncomingMessage, body: Buffer): void {
    for (const cookie of headers["set-cookie"] ?? []) {
      const value = /^[^=]+=([^;]+)/.exec(cookie)?.[1];
      if (value) this.secrets.add(value);
    }
    if (!url.startsWith("/oauth/token")) return;
    const { access_token, refresh_token } = JSON.parse(body.toString() || "{}");
    for (const token of [access_token, refresh_token]) if (token) this.secrets.add(token);
  }
}
