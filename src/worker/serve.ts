import type { Position, SharedRecord } from "../core/record.js";
import { SessionError } from "../errors.js";
import type { Settings } from "../options.js";
import type { Platform } from "../platform/platform.js";
import { NOTHING, placeOf } from "../secrets/vault.js";
import {
  type Call,
  receiveStream,
  sendStream,
  type WiredRequest,
  type WiredResponse,
  wireError,
} from "../secrets/wire.js";
import { createAsk } from "../server/ask.js";
import type { ServerConvention, VerbName } from "../server/convention.js";
import { createTransport } from "../server/transport.js";
import type { Store } from "./store.js";

/** One end of the connection to a tab. */
export interface Port {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(data: unknown, transfer?: Transferable[]): void;
}

interface Service {
  readonly server: ServerConvention<never>;
  readonly origins: readonly string[];
  readonly settings: Pick<Settings<never>, "requestTimeout" | "schema">;
  readonly platform: Pick<Platform, "clock" | "base" | "fetch">;
  readonly store: Store;
}

interface Question {
  readonly verb: VerbName;
  readonly idempotencyKey: string;
  readonly marker: string | undefined;
  readonly input: unknown;
  readonly bound: boolean;
  readonly at: Position | undefined;
  readonly spent: number | undefined;
}

const verbs: readonly string[] = ["peek", "touch", "refresh", "end", "exchange"];

/**
 * Does for a tab what needs a token. What a tab sends is data from outside: it names verbs, positions and requests, and
 * nothing in it can name a token or an origin that is not on the list. What it gets back is chosen field by field.
 */
export function serveTab(port: Port, { server, origins, settings, platform, store }: Service): void {
  const { vault } = store;
  const { proof } = server;
  const transport = createTransport(platform, vault, proof);
  const running = new Map<number, AbortController>();
  const moment = () => ({ now: platform.clock.mono(), wall: platform.clock.wall() });
  const asking = createAsk<never>(server, platform, { holds: true, read: () => NOTHING }, settings, moment);

  async function ask(question: Question, signal: AbortSignal) {
    const { verb, idempotencyKey, marker, input, at, spent } = question;
    // Tokens that were to be bound to a key must not come without, and nobody notices.
    if (question.bound && !proof)
      throw new SessionError(
        "ERR_INVALID_OPTION",
        "The worker's server needs the proof that the page's has.",
        {
          option: "proof",
        },
      );
    if (!verbs.includes(verb)) throw new SessionError("ERR_UNSUPPORTED", "There is no such verb.");
    const credential = spent === undefined ? vault.read(at) : store.spent(spent);
    const once = verb === "refresh" ? store.once : undefined;
    const { now } = moment();
    // A refresh that has gone out is not called off: its reply is all that is left of a token that is spent.
    const go = () =>
      asking(verb, {
        ...{ idempotencyKey, marker, input, credential, valid: () => !signal.aborted },
        ...(!once && { signal }),
      });
    const told = await (once ? once(idempotencyKey, go) : go());
    if (!told) return told;
    signal.throwIfAborted();
    if (verb === "exchange") proof?.begin();
    const { accessToken, refreshToken, user, subject, acr } = told.grant;
    // To another page than this one it was told a while ago.
    const since = Math.max(0, now - told.now);
    const left = (ms: number | undefined) => ms && Math.max(0, ms - since);
    const brought = accessToken !== undefined || refreshToken !== undefined;
    return {
      ...{ user, subject, marker: told.marker, acr },
      ...{ idleExpiresIn: left(told.idle), absoluteExpiresIn: left(told.absolute) },
      accessExpiresIn: left(told.access),
      authenticatedAgo: told.authenticated === undefined ? undefined : told.authenticated + since,
      ...(brought && { ticket: store.put({ accessToken, refreshToken }) }),
    };
  }

  async function send(
    wired: WiredRequest,
    at: Position,
    id: number,
    signal: AbortSignal,
  ): Promise<WiredResponse> {
    const url = new URL(wired.url);
    if (!origins.includes(url.origin))
      throw new SessionError("ERR_UNSUPPORTED", `The worker's origins do not have ${url.origin}.`, {
        option: "origins",
      });
    const { method, headers, body, how } = wired;
    const request = new Request(url, {
      ...{ ...how, method, headers, signal, credentials: "same-origin", redirect: "manual" },
      // A page's way of saying "navigate" is none for a worker.
      mode: how.mode === "navigate" ? "cors" : how.mode,
      ...(body instanceof MessagePort ? { body: receiveStream(body), duplex: "half" } : body && { body }),
    } as RequestInit);
    const response = await transport(request, at, body instanceof MessagePort);
    const { status, statusText, type, redirected } = response;
    let stream: MessagePort | undefined;
    if (response.body) {
      const { port1, port2 } = new MessageChannel();
      sendStream(response.body, port1, () => running.delete(id));
      stream = port2;
    } else running.delete(id);
    return {
      status,
      statusText,
      type,
      redirected,
      url: response.url,
      headers: [...response.headers],
      body: stream,
    };
  }

  /** What is done without waiting is done when this returns: nothing that comes later may find it undone. */
  async function carryOut({ id, method, argument }: Call, signal: AbortSignal): Promise<unknown> {
    // biome-ignore lint/suspicious/noExplicitAny: each method reads its own argument, and trusts none of it
    const it = argument as any;
    switch (method) {
      case "ask":
        return ask(it, signal);
      case "fetch":
        return send(it.request, it.at, id, signal);
      case "find": {
        if (!(await vault.find(placeOf(it) as SharedRecord))) return undefined;
        return { user: vault.read(placeOf(it)).user };
      }
      case "prepare":
        return { prefix: (await store.prepare(it.ticket, it.user, it.after)).prefix };
      case "keep":
        return store.keep(it.ticket, it.at);
      case "kept":
        return vault.kept();
      case "take":
        if (store.end(it.epoch)) proof?.end(it.last === true);
        return undefined;
      default:
        throw new SessionError("ERR_UNSUPPORTED", "There is no such method.");
    }
  }

  port.onmessage = async ({ data }: MessageEvent) => {
    const call = data as Call;
    const { id, method } = call;
    if (method === "abort") return running.get(id)?.abort();
    const abort = new AbortController();
    running.set(id, abort);
    // Whoever does not want an answer has given the call no number.
    const answer = (message: object, transfer: Transferable[] = []) =>
      id && port.postMessage({ id, ...message }, transfer);
    try {
      const value = await carryOut(call, abort.signal);
      const stream = (value as Partial<WiredResponse> | undefined)?.body;
      answer({ value }, stream instanceof MessagePort ? [stream] : []);
    } catch (error) {
      answer({ error: wireError(error) });
    } finally {
      // The body of a reply may still be on its way.
      if (method !== "fetch") running.delete(id);
    }
  };
}
