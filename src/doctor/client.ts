import { randomUUID } from "node:crypto";
import { isSessionError } from "../errors.js";
import { clock } from "../platform/clock.js";
import { createAsk, type Told } from "../server/ask.js";
import type { VerbName } from "../server/convention.js";
import { readReply } from "../server/reply.js";
import { type Cookie, cookiesOf, Jar, partsOf, SHORTEST_CREDENTIAL } from "./cookies.js";
import { decisive, granted, throttles } from "./decisive.js";
import { NotRun } from "./errors.js";
import { asPage } from "./page.js";
import type { Target } from "./target.js";

/** One request and its reply. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly sent: Headers;
  readonly body: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly cookies: readonly Cookie[];
  /** When the reply came, by this machine's clock. */
  readonly at: number;
}

/** A request, apart from its address. */
export interface Sending {
  readonly method?: string;
  readonly headers?: Headers | Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What became of a verb. `failed`: neither a grant nor an end, as the convention reads it. */
export interface Asked {
  readonly outcome: "told" | "nobody" | "rejected" | "failed";
  readonly told?: Told<unknown>;
  /** Why it failed. */
  readonly problem?: string;
  readonly exchanges: readonly Exchange[];
}

const TIMEOUT = 20_000;

/** Method and path, fit for a report: no query, which may have a secret in it. */
export const nameOf = ({ method, url }: Pick<Exchange, "method" | "url">): string =>
  `${method} ${new URL(url).pathname}`;

/** One browser with a page of the application in it: cookies, tokens, and requests as that page would send them. */
export class Client {
  readonly #target: Target;
  readonly jar: Jar;
  accessToken: string | undefined;
  refreshToken: string | undefined;
  marker: string | undefined;

  constructor(target: Target, jar = new Jar()) {
    this.#target = target;
    this.jar = jar;
  }

  /** Another with the same credentials at this moment: a second tab, a thief, or a request that is sent again. */
  copy(): Client {
    const { accessToken, refreshToken, marker } = this;
    return Object.assign(new Client(this.#target, this.jar.copy()), { accessToken, refreshToken, marker });
  }

  /** Exactly that request, with the cookies that belong to it. Goes to the origin that is examined, and nowhere else. */
  async send(
    url: string,
    { method = "GET", headers: given = {}, body = "" }: Sending = {},
  ): Promise<Exchange> {
    const { url: examined, world, secrets, strays, throttled } = this.#target;
    const { origin } = new URL(url);
    if (origin !== new URL(examined).origin) {
      strays.add(origin);
      throw new NotRun(`a request would have gone to ${origin}, which is not what is examined`);
    }
    const sent = new Headers(given);
    const cookie = this.jar.for(url);
    if (cookie) sent.set("Cookie", cookie);
    const reply = await world.fetch(url, {
      method,
      headers: sent,
      ...(body && { body }),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await reply.text();
    const cookies = cookiesOf(reply.headers);
    secrets.add(...cookies.flatMap(partsOf).filter(({ length }) => length >= SHORTEST_CREDENTIAL));
    this.jar.receive(cookies, url);
    const { status, headers } = reply;
    const exchange = { method, url, sent, body, status, headers, text, cookies, at: Date.now() };
    if (throttles(exchange)) throttled.push(exchange);
    return exchange;
  }

  /** As `send`, in the name of a page: with what a browser adds of itself. */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Exchange> {
    const { url, page } = this.#target;
    const request =
      input instanceof Request && !init
        ? input
        : new Request(input instanceof Request ? input : new URL(input, `${url}/`), init);
    const headers = new Headers(request.headers);
    const honest = {
      "User-Agent": "sojourn-doctor",
      "Sec-Fetch-Site": new URL(url).origin === page || isInside(url) ? "same-origin" : "same-site",
      "Sec-Fetch-Dest": "empty",
      ...(request.method !== "GET" && { Origin: page }),
    };
    for (const [name, value] of Object.entries(honest)) if (!headers.has(name)) headers.set(name, value);
    return this.send(request.url, { method: request.method, headers, body: await request.text() });
  }

  /** One of the four verbs, as the preset says it. What it brings is kept. */
  async ask(verb: VerbName, idempotencyKey: string = randomUUID()): Promise<Asked> {
    const { convention, url, secrets } = this.#target;
    const exchanges: Exchange[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      const exchange = await this.fetch(request);
      exchanges.push(exchange);
      const { status, headers, text } = exchange;
      return new Response([204, 205, 304].includes(status) ? null : text, { status, headers });
    };
    const moment = () => ({ now: performance.now(), wall: Date.now() });
    const { accessToken, refreshToken, marker } = this;
    const ask = createAsk(
      convention,
      { clock: clock(), base: () => new URL(url).origin, fetch },
      {
        holds: convention.tokens !== undefined && convention.tokens !== "none",
        read: () => ({ accessToken, refreshToken }),
      },
      { requestTimeout: TIMEOUT, schema: undefined },
      moment,
    );
    try {
      const told = await asPage(
        () => this.jar.readable(),
        () => ask(verb, { idempotencyKey, marker }),
      );
      if (!told) return { outcome: "nobody", exchanges };
      const { grant } = told;
      this.accessToken = grant.accessToken ?? this.accessToken;
      this.refreshToken = grant.refreshToken ?? this.refreshToken;
      this.marker = told.marker ?? this.marker;
      secrets.add(grant.accessToken, grant.refreshToken);
      return { outcome: "told", told, exchanges };
    } catch (error) {
      const rejected = isSessionError(error) && error.code === "ERR_REJECTED";
      return {
        outcome: rejected ? "rejected" : "failed",
        problem: error instanceof Error ? error.message : String(error),
        exchanges,
      };
    }
  }

  /** Takes the tokens out of the reply to a sign-in, where there are any. */
  adopt(body: unknown): void {
    const { accessToken, refreshToken, marker } = readReply(body);
    const camel = (typeof body === "object" && body ? body : {}) as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
    this.accessToken = accessToken ?? text(camel.accessToken) ?? this.accessToken;
    this.refreshToken = refreshToken ?? text(camel.refreshToken) ?? this.refreshToken;
    this.marker = marker ?? this.marker;
    this.#target.secrets.add(this.accessToken, this.refreshToken);
  }

  /** Whether the session of these credentials lives. Where it can only be refreshed, it is. */
  async lives(): Promise<boolean> {
    const { convention, protected: address } = this.#target;
    if (!convention.peek && address) return decisive(await this.protected(address)).status < 300;
    return granted(await this.ask(convention.peek ? "peek" : "refresh"));
  }

  protected(address: string): Promise<Exchange> {
    const headers = this.accessToken ? { Authorization: `Bearer ${this.accessToken}` } : {};
    return this.fetch(address, { headers });
  }
}

/** The doctor stands behind what ends TLS: the address is not the one that users see. */
const isInside = (url: string): boolean => isLoopback(new URL(url).hostname);

export const isLoopback = (hostname: string): boolean =>
  /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
