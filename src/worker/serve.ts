import type { Position, SharedRecord } from "../core/record.js";
import { SessionError } from "../errors.js";
import type { Settings } from "../options.js";
import type { Platform } from "../platform/platform.js";
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
    const asking = createAsk<never>(
      server,
      platform,
      { holds: true, read: () => credential },
      settings,
      moment,
    );
    const told = await asking(verb, { idempotencyKey, marker, input, signal });
    if (!told) return told;
    if (verb === "exchange") proof?.begin();
    const { accessToken, refreshToken, user, subject } = told.grant;
    const brought = accessToken !== undefined || refreshToken !== undefined;
    const { idleExpiresIn, absoluteExpiresIn, accessExpiresIn } = told.grant;
    return {
      ...{ user, subject, marker: told.marker, idleExpiresIn, absoluteExpiresIn, accessExpiresIn },
      ...(brought && { ticket: store.put({ accessToken, refreshToken }) }),
    };
  }

  async function send(wired: WiredRequest, at: Position, id: number, abort: AbortController) {
    const url = new URL(wired.url);
    if (!origins.includes(url.origin))
      throw new SessionError("ERR_UNSUPPORTED", `The worker's origins do not have ${url.origin}.`, {
        option: "origins",
      });
    const { method, headers, body, how } = wired;
    const request = new Request(url, {
      ...{ ...how, method, headers, signal: abort.signal, credentials: "same-origin", redirect: "manual" },
      // A page's way of saying "navigate" is none for a worker.
      mode: how.mode === "navigate" ? "cors" : how.mode,
      ...(body instanceof MessagePort ? { body: receiveStream(body), duplex: "half" } : body && { body }),
    } as RequestInit);
    const response = await transport(request, at, body instanceof MessagePort);
    const { status, statusText, type, redirected } = response;
    if (type === "opaqueredirect")
      throw new SessionError(
        "ERR_REDIRECTED",
        "A request with a token was redirected. Use the final address.",
      );
    let stream: MessagePort | undefined;
    if (response.body) {
      const { port1, port2 } = new MessageChannel();
      sendStream(response.body, port1, () => running.delete(id));
      stream = port2;
    } else running.delete(id);
    const reply: WiredResponse = {
      ...{
        status,
        statusText,
        type,
        redirected,
        url: response.url,
        headers: [...response.headers],
        body: stream,
      },
    };
    return reply;
  }

  async function carryOut({ id, method, argument }: Call, abort: AbortController): Promise<unknown> {
    // biome-ignore lint/suspicious/noExplicitAny: each method reads its own argument, and trusts none of it
    const it = argument as any;
    switch (method) {
      case "ask":
        return ask(it, abort.signal);
      case "fetch":
        return send(it.request, it.at, id, abort);
      case "find": {
        const { epoch, sequence, prefix } = it;
        if (!(await vault.find({ epoch, sequence, prefix } as SharedRecord))) return undefined;
        return { user: vault.read({ epoch, sequence }).user };
      }
      case "prepare":
        return { prefix: (await store.prepare(it.ticket, it.user, it.after)).prefix };
      default:
        throw new SessionError("ERR_UNSUPPORTED", "There is no such method.");
    }
  }

  port.onmessage = async ({ data }: MessageEvent) => {
    const call = data as Call;
    const { id, method } = call;
    if (method === "abort") return running.get(id)?.abort();
    // What is not answered is done at once: nothing that comes later may find it undone.
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const it = call.argument as any;
    if (method === "keep") return store.keep(it.ticket, it.at);
    if (method === "kept") return vault.kept();
    if (method === "take") {
      if (store.end(it.epoch)) proof?.end(it.last === true);
      return;
    }
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const value = await carryOut(call, abort);
      const stream = (value as Partial<WiredResponse> | undefined)?.body;
      port.postMessage({ id, value }, stream instanceof MessagePort ? [stream] : []);
    } catch (error) {
      port.postMessage({ id, error: wireError(error) });
    } finally {
      if (method !== "fetch") running.delete(id);
    }
  };
}
