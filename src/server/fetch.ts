import { type Demand, stampOf } from "../core/fresh.js";
import type { Position, SharedRecord } from "../core/record.js";
import { NEVER } from "../core/time.js";
import type { SessionError } from "../errors.js";
import type { Platform } from "../platform/platform.js";
import type { Vault } from "../secrets/vault.js";
import type { Transport } from "./transport.js";

/** What `session.fetch` takes beside what `fetch` does. */
export interface SessionRequestInit extends RequestInit {
  /**
   * `"wait"`: a request that the server refuses until the user has authenticated again (RFC 9470) waits until that is done,
   * and is sent once more. Whoever calls must be able to wait for a person. Where it is called off, it is a 401 all the
   * same; so it is where the body is a stream, which can be sent only once.
   * @default "report": the 401 at once. Either way a `stepUp` event is raised
   */
  stepUp?: "wait" | "report" | undefined;
}

export interface FetchSettings {
  readonly origins: readonly string[] | undefined;
  readonly csrf: Readonly<Record<string, string>>;
}

/** What authenticated requests need of the session. */
export interface FetchSession {
  /** Resolves when a credential may be used; rejects with a `SessionError` when none may. */
  ready(): Promise<Sent>;
  /** Gets a credential newer than the one at `refused`. */
  refresh(refused: Position): Promise<void>;
  signal(): AbortSignal;
  live(): boolean;
  /** Why requests were aborted. */
  gone(): SessionError;
  /** The server wants the user to authenticate first. `wait`: resolves when that is done, with `false` where it is not. */
  stepUp(demand: Demand, wait: boolean, signal: AbortSignal | undefined): Promise<boolean>;
}

/** Where the session stood when a request was sent, and what the server could know then. */
type Sent = Position & Pick<SharedRecord, "authAt">;

const SAFE = /^(GET|HEAD|OPTIONS)$/;

/** Aborts with the first of both. Older browsers let go of a reply's body, newer ones abort that too. */
function either(a: AbortSignal, b: AbortSignal | null | undefined): [AbortSignal, release: () => void] {
  if (!b) return [a, () => {}];
  if (AbortSignal.any) return [AbortSignal.any([a, b]), () => {}];
  const both = new AbortController();
  const abort = () => both.abort(b.reason);
  if (a.aborted || b.aborted) abort();
  a.addEventListener("abort", abort);
  b.addEventListener("abort", abort);
  return [
    both.signal,
    () => {
      a.removeEventListener("abort", abort);
      b.removeEventListener("abort", abort);
    },
  ];
}

/** One parameter of a `WWW-Authenticate` challenge (RFC 9110 §11.6.1). */
const parameter = (challenge: string, name: string) =>
  new RegExp(`\\b${name}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(challenge)?.slice(1).find(Boolean);

/** What a server asks of the user's authentication, where a reply asks for another one (RFC 9470 §3). */
function demanded({ status, headers }: Response): Omit<Demand, "refused"> | undefined {
  const challenge = headers.get("www-authenticate") ?? "";
  if (status !== 401 || !challenge.includes("insufficient_user_authentication")) return undefined;
  const age = Number.parseFloat(parameter(challenge, "max_age") ?? "");
  const acr = parameter(challenge, "acr_values")?.split(" ").filter(Boolean) ?? [];
  return { maxAge: age >= 0 ? age * 1000 : NEVER, acr };
}

/**
 * `fetch` with the session's credentials, for the configured origins only. A request is sent once more after a refresh, and
 * once more after the user has authenticated again; a body that cannot be sent twice is not.
 */
export function createFetch(
  platform: Platform,
  settings: FetchSettings,
  vault: Pick<Vault, "holds">,
  transport: Transport,
  session: FetchSession,
): (input: RequestInfo | URL, init?: SessionRequestInit) => Promise<Response> {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, platform.base());
    const { origins = [platform.origin] } = settings;
    // What has no origin is nobody's own.
    if (url.origin === "null" || !origins.includes(url.origin))
      return platform.fetch(
        new Request(input instanceof Request ? input : url, { ...init, credentials: "omit" }),
      );

    // A stream is spent when it was sent; anything else, a request's own body too, can be made again.
    const replayable = !(init?.body instanceof ReadableStream);
    const source = input instanceof Request ? input : undefined;
    const user = init?.signal ?? source?.signal;

    async function send(before?: Response): Promise<[Response, Sent]> {
      await before?.body?.cancel();
      const position = await session.ready();
      // It may have ended since, in the same task.
      if (!session.live()) throw session.gone();
      const ended = session.signal();
      const [signal, release] = either(ended, user);
      const request = new Request(source ? (replayable ? source.clone() : source) : url, {
        ...init,
        signal,
        credentials: vault.holds ? "same-origin" : "include",
        // The browser would take a header along to wherever the redirect leads.
        redirect: vault.holds ? "manual" : (init?.redirect ?? source?.redirect ?? "follow"),
      });
      if (!SAFE.test(request.method))
        for (const [name, value] of Object.entries(settings.csrf)) request.headers.set(name, value);
      try {
        return [await transport(request, position, !replayable), position];
      } catch (error) {
        throw ended.aborted && !user?.aborted ? session.gone() : error;
      } finally {
        release();
      }
    }

    let [response, sent] = await send();
    if (response.status === 401 && !demanded(response)) {
      await session.refresh(sent);
      if (replayable) [response, sent] = await send(response);
    }
    const demand = demanded(response);
    if (!demand) return response;
    const wait = replayable && init?.stepUp === "wait";
    const done = await session.stepUp({ ...demand, refused: stampOf(sent) }, wait, user ?? undefined);
    return done ? (await send(response))[0] : response;
  };
}
