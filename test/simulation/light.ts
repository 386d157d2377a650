/**
 * What a course needs of the web platform, without streams, realms and validation: a request of Node's costs as much as
 * everything that a session does with it. Put in place of the globals when the simulation is bundled. A test runs the
 * same schedules with Node's own, and compares every line.
 */

type Pairs = Iterable<readonly [string, string]>;

class LightHeaders {
  private readonly map = new Map<string, string>();
  constructor(init?: Pairs | Record<string, string | undefined>) {
    if (!init) return;
    const entries = Symbol.iterator in init ? (init as Pairs) : Object.entries(init);
    for (const [name, value] of entries) this.set(name, String(value));
  }
  get(name: string) {
    return this.map.get(name.toLowerCase()) ?? null;
  }
  set(name: string, value: string) {
    this.map.set(name.toLowerCase(), value);
  }
  has(name: string) {
    return this.map.has(name.toLowerCase());
  }
  delete(name: string) {
    this.map.delete(name.toLowerCase());
  }
  /** Sorted, as the standard has it. */
  [Symbol.iterator]() {
    return [...this.map].sort(([a], [b]) => (a < b ? -1 : 1))[Symbol.iterator]();
  }
}

class LightError extends Error {
  constructor(
    message: string,
    override readonly name: string,
  ) {
    super(message);
  }
}

class LightSignal {
  aborted = false;
  reason: unknown = undefined;
  private readonly listeners = new Set<() => void>();
  addEventListener(_: "abort", listener: () => void) {
    this.listeners.add(listener);
  }
  removeEventListener(_: "abort", listener: () => void) {
    this.listeners.delete(listener);
  }
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
  fire(reason: unknown) {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of [...this.listeners]) listener();
  }
  static any(signals: readonly LightSignal[]) {
    const any = new LightSignal();
    for (const signal of signals) {
      if (signal.aborted) any.fire(signal.reason);
      else signal.addEventListener("abort", () => any.fire(signal.reason));
    }
    return any;
  }
}

class LightController {
  readonly signal = new LightSignal();
  abort(reason: unknown = new LightError("This operation was aborted", "AbortError")) {
    this.signal.fire(reason);
  }
}

interface Init {
  method?: string;
  headers?: Pairs | Record<string, string>;
  body?: string | URLSearchParams | null;
  signal?: LightSignal | null;
  credentials?: string;
  redirect?: string;
  keepalive?: boolean;
}

class LightRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: LightHeaders;
  readonly body: string | null;
  readonly signal: LightSignal;
  readonly credentials: string;
  readonly redirect: string;
  readonly keepalive: boolean;
  constructor(input: string | URL | LightRequest, init: Init = {}) {
    const source = input instanceof LightRequest ? input : undefined;
    const { body } = init;
    this.url = source?.url ?? new URL(input as string | URL).href;
    this.method = (init.method ?? source?.method ?? "GET").toUpperCase();
    this.headers = new LightHeaders(init.headers ?? source?.headers);
    this.body = body != null ? String(body) : (source?.body ?? null);
    this.signal = init.signal ?? source?.signal ?? new LightSignal();
    this.credentials = init.credentials ?? source?.credentials ?? "same-origin";
    this.redirect = init.redirect ?? source?.redirect ?? "follow";
    this.keepalive = init.keepalive ?? source?.keepalive ?? false;
    if (body != null && !this.headers.has("content-type"))
      this.headers.set(
        "content-type",
        body instanceof URLSearchParams
          ? "application/x-www-form-urlencoded;charset=UTF-8"
          : "text/plain;charset=UTF-8",
      );
  }
  clone() {
    return new LightRequest(this);
  }
  async text() {
    return this.body ?? "";
  }
}

/** What comes in pieces: nobody here asks what they are made of. */
type Piece = { readonly done?: boolean; readonly value?: unknown };

interface Source {
  pull(controller: {
    enqueue(piece: unknown): void;
    close(): void;
    error(reason: unknown): void;
  }): Promise<void>;
  cancel?(): void;
}

class LightStream {
  constructor(private readonly source: Source) {}
  async cancel() {
    this.source.cancel?.();
  }
  getReader() {
    let done = false;
    return {
      cancel: () => this.cancel(),
      read: async (): Promise<Piece> => {
        let piece: Piece = { done: true };
        let failed: { reason: unknown } | undefined;
        const controller = {
          enqueue: (value: unknown) => {
            piece = { value };
          },
          close: () => {
            done = true;
          },
          error: (reason: unknown) => {
            failed = { reason };
          },
        };
        if (!done) await this.source.pull(controller);
        if (failed) throw failed.reason;
        return piece;
      },
    };
  }
}

/** One end of a channel between two realms. It takes no time: neither do bodies. */
class LightPort {
  #other: LightPort | undefined;
  #receive: ((event: { data: unknown }) => void) | null = null;
  #waiting: unknown[] = [];
  static pair(): [LightPort, LightPort] {
    const [one, other] = [new LightPort(), new LightPort()];
    one.#other = other;
    other.#other = one;
    return [one, other];
  }
  set onmessage(receive: (event: { data: unknown }) => void) {
    this.#receive = receive;
    for (const data of this.#waiting.splice(0)) this.#take(data);
  }
  postMessage(data: unknown) {
    if (this.#other) this.#other.#take(data);
  }
  close() {
    // What was said before still arrives.
    this.#other = undefined;
  }
  #take(data: unknown) {
    if (!this.#receive) this.#waiting.push(data);
    else queueMicrotask(() => this.#receive?.({ data }));
  }
}

class LightChannel {
  readonly port1: LightPort;
  readonly port2: LightPort;
  constructor() {
    [this.port1, this.port2] = LightPort.pair();
  }
}

class LightResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly type = "default";
  readonly headers: LightHeaders;
  readonly body: LightStream | null;
  constructor(
    content: string | LightStream | null = null,
    { status = 200, headers }: { status?: number; headers?: Pairs | Record<string, string> } = {},
  ) {
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = new LightHeaders(headers);
    this.body = typeof content === "string" ? whole(content) : content;
  }
  async text() {
    const reader = this.body?.getReader();
    let text = "";
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) text += next.value;
    return text;
  }
  async json() {
    return JSON.parse(await this.text());
  }
  async arrayBuffer() {
    return (await this.bytes()).buffer;
  }
  async blob() {
    return new Blob([await this.text()]);
  }
  async bytes() {
    return new TextEncoder().encode(await this.text());
  }
  formData(): Promise<never> {
    return Promise.reject(new TypeError("No forms here."));
  }
}

function whole(text: string): LightStream {
  let read = false;
  return new LightStream({
    async pull(controller) {
      if (read) controller.close();
      else controller.enqueue(text);
      read = true;
    },
  });
}

/** Nobody changes what is in a message or a record, so nobody needs a copy of it. */
const clone = <T>(value: T): T => value;

export {
  clone as structuredClone,
  LightChannel as MessageChannel,
  LightController as AbortController,
  LightError as DOMException,
  LightHeaders as Headers,
  LightPort as MessagePort,
  LightRequest as Request,
  LightResponse as Response,
  LightSignal as AbortSignal,
  LightStream as ReadableStream,
};
