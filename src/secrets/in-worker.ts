import { after } from "../core/record.js";
import { isSessionError, SessionError } from "../errors.js";
import { type Ask, checkUser, readGrant } from "../server/ask.js";
import type { Grant } from "../server/convention.js";
import type { Transport } from "../server/transport.js";
import { inTime } from "../shell/in-time.js";
import {
  type Credential,
  type Deposit,
  NOTHING,
  type Place,
  placeOf,
  samePlace,
  sameSession,
  type Vault,
  type VaultContext,
} from "./vault.js";
import {
  errorOf,
  receiveStream,
  sendStream,
  type WiredError,
  type WiredRequest,
  type WiredResponse,
} from "./wire.js";

/** A grant whose tokens stayed in the worker: `ticket` is what they are called there. */
type Ticketed = Grant & { readonly ticket?: number };
/** Tokens that were given away for the last time: the worker knows which. */
type Spent = Credential & { readonly spent?: number };

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly transfer?: Transferable[];
}

const EMPTY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** One question after the other to a worker, each with an answer of its own. */
function connect(worker: Worker | SharedWorker) {
  const port = "port" in worker ? worker.port : worker;
  const open = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let last = 0;
  let answered = false;
  let over: SessionError | undefined;

  /** Nothing is answered any more. */
  function fail(error: SessionError) {
    for (const { reject } of open.values()) reject(error);
    open.clear();
  }

  port.onmessage = ({ data }: MessageEvent) => {
    answered = true;
    const { id, value, error } = data as { id: number; value: never; error?: WiredError };
    const waiting = open.get(id);
    open.delete(id);
    if (error) waiting?.reject(errorOf(error));
    else waiting?.resolve(value);
  };
  // Once it has answered it has started, and an error in it is one of many things that it does.
  worker.onerror = () =>
    answered ||
    fail(new SessionError("ERR_UNAVAILABLE", "The worker that keeps the tokens could not be started."));

  return {
    /** For what is not answered. */
    post: (method: string, argument: unknown) => port.postMessage({ id: 0, method, argument }),
    /** `signal` aborts what the answer still brings, too. */
    call<T>(method: string, argument: unknown, options: CallOptions = {}): Promise<T> {
      const { signal, transfer = [] } = options;
      const id = ++last;
      return new Promise<T>((resolve, reject) => {
        const abort = () => {
          open.delete(id);
          port.postMessage({ id, method: "abort" });
          reject(signal?.reason);
        };
        if (over || signal?.aborted) return reject(over ?? signal?.reason);
        open.set(id, { resolve, reject });
        signal?.addEventListener("abort", abort);
        port.postMessage({ id, method, argument }, transfer);
      });
    },
    close() {
      over = new SessionError("ERR_DESTROYED", "The session was destroyed.");
      fail(over);
      if ("port" in worker) worker.port.close();
      else worker.terminate();
    },
  };
}

function makeWorker(make: () => Worker | SharedWorker) {
  try {
    return make();
  } catch (error) {
    // Not its message, which may quote an address.
    const why = String((error as Error | undefined)?.name);
    throw new SessionError("ERR_UNSUPPORTED", `tokens: the worker could not be made (${why}).`, {
      option: "tokens",
    });
  }
}

/**
 * The page's side of tokens that never come to it: the worker keeps them, asks the server, and sends requests. What is
 * here knows no token, only where they belong.
 */
export function openVault(cx: VaultContext): Vault {
  const { platform, settings, bound, moment, worker: make } = cx;
  const { clock } = platform;
  const worker = connect(makeWorker(make as () => Worker | SharedWorker));
  let held: { readonly at: Place; readonly user: unknown; readonly here: boolean } | undefined;

  const has = (at: Place) => !!held?.here && samePlace(held.at, at);

  /**
   * In two halves: where the page stood still, and its worker with it, the first is over before the worker has had its
   * turn, and what it says then is heard in the second. A refresh must not be thrown away for that.
   */
  const inHalves = <T>(limit: number, answer: Promise<T>) =>
    inTime(clock, limit / 2, answer).catch((error) => {
      if (error) throw error;
      return inTime(clock, limit / 2, answer);
    });

  const ask: Ask<never> = async (
    verb,
    { idempotencyKey = "", signal, marker, credential, input, valid } = {},
  ) => {
    const started = moment();
    const { spent } = (credential ?? {}) as Spent;
    if (valid?.() === false) throw new SessionError("ERR_UNAVAILABLE", `The request was given up (${verb}).`);
    const argument = { verb, idempotencyKey, marker, input, bound, at: cx.position(), spent };
    // Whoever gives up calls it off, too.
    const call = new AbortController();
    const abort = () => call.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    const answer = worker.call<Ticketed | null>("ask", argument, { signal: call.signal });
    // The worker keeps the time, too, and knows better what happened.
    const reply = await inHalves(settings.requestTimeout * 1.2, answer)
      .catch((error) => {
        call.abort();
        if (isSessionError(error)) throw error;
        if (signal?.aborted) throw new SessionError("ERR_UNAVAILABLE", `The request was given up (${verb}).`);
        throw new SessionError("ERR_TIMEOUT", `The worker did not answer in time (${verb}).`);
      })
      .finally(() => signal?.removeEventListener("abort", abort));
    if (reply === null) return null;
    return readGrant(
      await checkUser(reply as Grant<never>, settings.schema as never),
      started,
      "ERR_BAD_REPLY",
    );
  };

  const transport: Transport = async (request, at, streamed) => {
    const { url, method, headers, cache, integrity, keepalive, mode, referrerPolicy, signal } = request;
    const transfer: Transferable[] = [];
    let body: WiredRequest["body"];
    if (streamed && request.body) {
      const { port1, port2 } = new MessageChannel();
      sendStream(request.body, port1);
      transfer.push(port2);
      body = port2;
    } else if (method !== "GET" && method !== "HEAD") {
      const blob = await request.blob();
      body = blob.size ? blob : undefined;
    }
    const wired: WiredRequest = {
      ...{ url, method, body, headers: [...headers] },
      how: { cache, integrity, keepalive, mode, referrerPolicy },
    };
    const reply = await worker.call<WiredResponse>("fetch", { request: wired, at }, { signal, transfer });
    const { status, statusText, type, redirected, body: port } = reply;
    const response = new Response(port && !EMPTY.has(status) ? receiveStream(port) : null, {
      ...{ status, statusText, headers: reply.headers },
    });
    // What a response of one's own making cannot say of itself.
    for (const [name, value] of Object.entries({ url: reply.url, type, redirected }))
      Object.defineProperty(response, name, { value });
    return response;
  };

  return {
    holds: true,
    ask,
    transport,
    usable: (session) => !!held && sameSession(held.at, session),
    has,
    read: (at) => (at && has(at) ? { ...NOTHING, user: held?.user } : NOTHING),
    async find(record) {
      const at = placeOf(record);
      const before = held;
      const asked = worker.call<{ user: unknown } | undefined>("find", at);
      // A worker that says nothing has nothing.
      const found = await inTime(clock, settings.requestTimeout, asked).catch(() => undefined);
      // What came in the meantime may be of a newer session, and what has ended meanwhile has none.
      if (held !== before && !(held && after(at, held.at))) return has(record);
      if (found) held = { at, user: found.user, here: true };
      else if (has(record)) held = undefined;
      return has(record);
    },
    async prepare(grant: Ticketed, after): Promise<Deposit> {
      if (grant.accessToken !== undefined || grant.refreshToken !== undefined)
        throw new SessionError(
          "ERR_INVALID_OPTION",
          "Tokens that live in a worker cannot come from the page. Give start() an `exchange`.",
          { option: "accessToken" },
        );
      const { ticket } = grant;
      const user = grant.user ?? (after && held?.user);
      const { prefix } = await worker.call<{ prefix: string }>("prepare", { ticket, user, after });
      return { credential: { ...NOTHING, user }, prefix, seal: ticket };
    },
    keep({ credential, seal }, place) {
      const at = placeOf(place);
      held = { at, user: credential.user, here: seal !== undefined };
      if (seal !== undefined) worker.post("keep", { ticket: seal, at });
    },
    beside() {},
    kept: () => worker.post("kept", undefined),
    take(epoch, last): Spent {
      if (held?.at.epoch !== epoch) return NOTHING;
      held = undefined;
      worker.post("take", { epoch, last });
      return { ...NOTHING, spent: epoch };
    },
    hear() {},
    close: worker.close,
  };
}
