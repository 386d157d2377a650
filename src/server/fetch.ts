import type { Position } from "../core/record.js";
import type { SessionError } from "../errors.js";
import type { Platform } from "../platform/platform.js";
import type { Vault } from "../secrets/vault.js";
import type { Transport } from "./transport.js";

export interface FetchSettings {
  readonly origins: readonly string[];
  readonly csrf: Readonly<Record<string, string>>;
}

/** What authenticated requests need of the session. */
export interface FetchSession {
  /** Resolves when a credential may be used; rejects with a `SessionError` when none may. */
  ready(): Promise<Position>;
  /** Gets a credential newer than the one at `refused`. */
  refresh(refused: Position): Promise<void>;
  signal(): AbortSignal;
  live(): boolean;
  /** Why requests were aborted. */
  gone(): SessionError;
  stepUp(challenge: { acrValues: string | undefined; maxAge: number | undefined }): void;
}

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

/**
 * `fetch` with the session's credentials, for the configured origins only. At most one refresh and one replay for a
 * request; a body that cannot be sent twice is not.
 */
export function createFetch(
  platform: Platform,
  settings: FetchSettings,
  vault: Pick<Vault, "holds">,
  transport: Transport,
  session: FetchSession,
): (input: RequestInfo | URL, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, platform.base);
    if (!settings.origins.includes(url.origin))
      return platform.fetch(
        new Request(input instanceof Request ? input : url, { ...init, credentials: "omit" }),
      );

    // A stream is spent when it was sent; anything else, a request's own body too, can be made again.
    const replayable = !(init?.body instanceof ReadableStream);
    const source = input instanceof Request ? input : undefined;
    const user = init?.signal ?? source?.signal;

    async function send(): Promise<[Response, Position]> {
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

    const [response, position] = await send();
    if (response.status !== 401) return response;
    const challenge = response.headers.get("www-authenticate") ?? "";
    if (challenge.includes("insufficient_user_authentication")) {
      const age = parameter(challenge, "max_age");
      session.stepUp({
        acrValues: parameter(challenge, "acr_values"),
        maxAge: age ? Number(age) * 1000 : undefined,
      });
      return response;
    }
    await session.refresh(position);
    if (!replayable) return response;
    await response.body?.cancel();
    return (await send())[0];
  };
}
