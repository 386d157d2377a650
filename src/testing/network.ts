import type { Chance, Span } from "./chance.js";
import type { Gate } from "./gate.js";
import type { Trace } from "./machine.js";
import { responseOf } from "./response.js";
import type { Timeline } from "./timeline.js";

/** A request as it left a tab. */
export interface SentRequest {
  /** The tab that sent it; `""` for a request of the test itself. */
  readonly tab: string;
  /** When it was sent, in ms since the world began. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** The path alone: `/refresh`. */
  readonly path: string;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the origin, where the request may carry them. */
  readonly cookies: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a server answers. */
export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string | undefined;
  /** Cookies to set; `null` expires one. */
  readonly cookies?: Readonly<Record<string, string | null>>;
  /** The address that a redirect leads to: the browser goes there by itself, or does not, as the request says. */
  readonly location?: string;
}

/** A request that was sent, and what became of it so far. */
export interface LoggedRequest extends SentRequest {
  /** When the server had it, in ms since the world began. `undefined`: not yet, or never. */
  readonly arrivedAt: number | undefined;
  /** What the server answered, whether that came back or not. */
  readonly answer: Answer | undefined;
  /** When the tab knew how it ended. `undefined`: not yet, or never. */
  readonly doneAt: number | undefined;
  /** How it ended for the tab: with a status, a network fault (of which some come while the body is read), or given up. */
  readonly outcome: number | "failed" | "aborted" | undefined;
}

/**
 * What can become of a request: it never arrives, its reply never does (both fail at once, or after `ms`), nothing ever
 * comes back, the reply is late, it breaks off in the middle of its body, when the browser has its cookies already, or
 * something on the way answers instead of the server. `reached`: and the server has done what was asked, which nobody
 * is told, as behind a gateway that has lost its patience.
 */
export type NetworkTrouble =
  | "lose-request"
  | "lose-reply"
  | { readonly lose: "request" | "reply"; readonly ms: number }
  | "hang"
  | { readonly delay: number }
  | "cut-reply"
  | { readonly answer: Answer; readonly reached?: boolean };

/** What is between the tabs and the server. */
export interface Network {
  /** How long a request is on its way, and a reply back, in ms. @default [5, 30] */
  delay: Span;
  /** Asked for every request. @default no trouble */
  trouble: ((request: SentRequest) => NetworkTrouble | undefined) | undefined;
  /** Trouble for the next request to a path, once. Several are taken in order, before `trouble` is asked. */
  next(path: string, trouble: NetworkTrouble): void;
  /** Everything that was ever sent. */
  readonly log: readonly LoggedRequest[];
  /** What was sent to a path. */
  sent(path: string): readonly LoggedRequest[];
  /** What is on its way: sent, and not known to have ended. */
  readonly inFlight: readonly LoggedRequest[];
  /** Breaks the connections of a tab, or of all: what is in flight fails. It may have reached the server or not. */
  cut(tab?: string): void;
  /** The cookies of the page's origin. All tabs share them. */
  readonly cookies: Map<string, string>;
}

/** What the network needs of a tab. */
export interface NetworkTab {
  readonly name: string;
  readonly gate: Gate;
  offline: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const WAYS_TO_READ = ["arrayBuffer", "blob", "formData", "json", "text"] as const;

/** The network, and the `fetch` port of a tab. */
export function createNetwork(
  timeline: Timeline,
  chance: Chance,
  origin: string,
  handle: (request: SentRequest) => Answer,
  trace: Trace,
) {
  const log: LoggedRequest[] = [];
  /** With whose it is, and what breaks its connection. */
  const inFlight = new Map<LoggedRequest, { readonly gate: Gate; readonly cut: () => void }>();
  const cookies = new Map<string, string>();
  const ahead: [path: string, trouble: NetworkTrouble][] = [];
  /** Bodies that are being read: the only thing here that takes turns nobody else counts, and in browsers many. */
  let reading = 0;

  function counted<T>(read: Promise<T>): Promise<T> {
    reading++;
    return read.finally(() => reading--);
  }

  /** A reply whose body is read as what it is: something that nobody may overtake. */
  function replyOf(answer: Answer, cut: boolean): Response {
    const response = responseOf(answer, cut);
    for (const way of WAYS_TO_READ) {
      const read = response[way].bind(response) as () => Promise<unknown>;
      Object.defineProperty(response, way, { value: () => counted(read()) });
    }
    return response;
  }

  function troubleOf(request: SentRequest): NetworkTrouble | undefined {
    const index = ahead.findIndex(([path]) => path === request.path);
    return index < 0 ? network.trouble?.(request) : ahead.splice(index, 1)[0]?.[1];
  }

  /** Cookies of the replies are the browser's: it takes them also while the tab stands still. */
  function takeCookies(answer: Answer) {
    for (const [name, value] of Object.entries(answer.cookies ?? {}))
      if (value === null) cookies.delete(name);
      else cookies.set(name, value);
  }

  function carry(tab: NetworkTab, request: Request, body: string): Promise<Response> {
    const url = new URL(request.url);
    const entry: Mutable<LoggedRequest> = {
      tab: tab.name,
      at: timeline.now,
      method: request.method,
      url: request.url,
      path: url.pathname,
      headers: Object.freeze(Object.fromEntries(request.headers)),
      cookies: url.origin === origin && request.credentials !== "omit" ? Object.fromEntries(cookies) : {},
      body,
      arrivedAt: undefined,
      answer: undefined,
      doneAt: undefined,
      outcome: undefined,
    };
    log.push(entry);
    trace(`${tab.name} sends ${request.method} ${entry.path}`);
    const trouble = tab.offline ? "lose-request" : troubleOf(entry);

    return new Promise((resolve, reject) => {
      let callOff = () => {};
      let cut = false;
      const end = (outcome: LoggedRequest["outcome"], tell: () => void) => {
        if (entry.outcome !== undefined) return;
        entry.doneAt = timeline.now;
        entry.outcome = outcome;
        inFlight.delete(entry);
        request.signal.removeEventListener("abort", abort);
        tell();
      };
      // The request itself stays referenced here: its signal is dead once it is collected.
      const abort = () => {
        callOff();
        trace(`${tab.name} gives up ${entry.path}`);
        end("aborted", () => reject(request.signal.reason));
      };
      const fail = (ms: number) => {
        callOff = timeline.after(ms, () =>
          tab.gate.enter(() => {
            trace(`${tab.name}: ${entry.path} fails`);
            end("failed", () => reject(new TypeError("Failed to fetch")));
          }),
        );
      };
      if (request.signal.aborted) return abort();
      request.signal.addEventListener("abort", abort);
      inFlight.set(entry, {
        gate: tab.gate,
        cut() {
          cut = true;
          callOff();
          fail(0);
        },
      });

      if (trouble === "hang") return;
      if (trouble === "lose-request") return fail(tab.offline ? 0 : chance.within(network.delay));
      if (typeof trouble === "object" && "lose" in trouble && trouble.lose === "request")
        return fail(trouble.ms);

      // On its way it cannot be called back: the server may get what the tab has given up.
      timeline.after(chance.within(network.delay), () => {
        // A page that is gone takes its requests along, but for those that outlive it.
        if (tab.gate.gone && !request.keepalive) return;
        entry.arrivedAt = timeline.now;
        const instead = typeof trouble === "object" && "answer" in trouble ? trouble : undefined;
        entry.answer = instead && !instead.reached ? instead.answer : handle(entry);
        const told = instead?.answer ?? entry.answer;
        trace(`${entry.path} of ${tab.name} is answered ${told.status ?? 200}`);
        if (entry.outcome !== undefined) return;
        if (trouble === "lose-reply") return fail(chance.within(network.delay));
        if (typeof trouble === "object" && "lose" in trouble) return fail(trouble.ms);
        const late = typeof trouble === "object" && "delay" in trouble ? trouble.delay : 0;
        // The connection was cut meanwhile.
        if (cut) return;
        const broken = trouble === "cut-reply" && told.body !== undefined;
        callOff = timeline.after(late + chance.within(network.delay), () => {
          if (tab.gate.gone && !request.keepalive) return;
          takeCookies(told);
          callOff = () => {};
          tab.gate.enter(() =>
            end(broken ? "failed" : (told.status ?? 200), () => {
              trace(`${tab.name} has the reply of ${entry.path}${broken ? ", and half of its body" : ""}`);
              if (told.location === undefined) resolve(replyOf(told, broken));
              else redirect(tab, request, told, entry).then(resolve, reject);
            }),
          );
        });
      });
    });
  }

  async function redirect(tab: NetworkTab, request: Request, told: Answer, { url }: SentRequest) {
    if (request.redirect === "error") throw new TypeError("Failed to fetch");
    if (request.redirect === "manual") {
      // What a page may know of it: https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect
      const response = new Response(null);
      Object.defineProperties(response, {
        type: { value: "opaqueredirect" },
        status: { value: 0 },
        ok: { value: false },
      });
      return response;
    }
    const headers = new Headers(request.headers);
    const to = new URL(told.location ?? "", url);
    // https://fetch.spec.whatwg.org/#http-redirect-fetch
    if (to.origin !== new URL(url).origin) headers.delete("authorization");
    const { signal, credentials } = request;
    return fetch(tab, new Request(to, { headers, signal, credentials }));
  }

  /** The port reads the whole body first: it then has the request as a server would. */
  async function fetch(tab: NetworkTab, request: Request): Promise<Response> {
    if (tab.gate.gone) return new Promise(() => {});
    if (!request.body) return carry(tab, request, "");
    return carry(tab, request, await counted(request.text()));
  }

  const network: Network = {
    delay: [5, 30],
    trouble: undefined,
    next: (path, trouble) => void ahead.push([path, trouble]),
    log,
    sent: (path) => log.filter((request) => request.path === path),
    get inFlight() {
      return [...inFlight.keys()];
    },
    cut(tab) {
      for (const [request, { cut }] of [...inFlight]) if (tab === undefined || request.tab === tab) cut();
    },
    cookies,
  };
  return {
    network,
    fetch,
    busy: () => reading > 0,
    /** The tab, or its worker, is gone, and what it was waiting for is nobody's. */
    leave(gone: Gate) {
      for (const [request, { gate }] of inFlight) if (gate === gone) inFlight.delete(request);
    },
  };
}
