import type { SharedRecord } from "./core/record.js";
import type { Limit } from "./core/state.js";
import { type Duration, type SessionOptions, settle } from "./options.js";
import { first } from "./platform/first.js";
import type { Grant } from "./server/convention.js";
import type { SessionRequestInit } from "./server/fetch.js";
import type { SessionState } from "./session-state.js";
import type { SessionEvents } from "./shell/events.js";
import type { FreshOptions } from "./shell/fresh.js";
import type { EndHook } from "./shell/hooks.js";
import { createShell } from "./shell/shell.js";

/** One signed-in session, the same in every tab of the origin. Made by {@link createSession}. */
export interface Session<User = unknown> {
  /** What is known now. The same object as long as its meaning is the same. */
  getState(): SessionState<User>;
  /**
   * Calls `run` with the state now and after every change of its meaning (Svelte's store contract; also right for
   * `useSyncExternalStore`). Returns the function that ends it.
   */
  subscribe(run: (state: SessionState<User>) => void): () => void;
  /** Calls `listener` on every `event`. Returns the function that ends it. */
  on<E extends keyof SessionEvents<User>>(
    event: E,
    listener: (detail: SessionEvents<User>[E]) => void,
  ): () => void;
  /**
   * After a sign-in, with what the server granted: begins a session in every tab. After the user has authenticated again,
   * with the same and `authenticatedAgo`: the session goes on, and so does what has waited for it (`requireFresh()`).
   * Without a grant: finds out whether somebody is signed in. Idempotent. Resolves with the state, also where the server
   * cannot be reached. Where a part of Sojourn cannot be loaded it rejects, and the session starts as soon as it can.
   * @throws SessionError `ERR_INVALID_OPTION` (a lifetime that is none), `ERR_DESTROYED`, `ERR_UNAVAILABLE` (Sojourn did not
   * load), `ERR_UNSUPPORTED` (the worker of `tokens` cannot be made), `ERR_BAD_REPLY` (the user does not pass the schema); with
   * an `exchange` also what the server made of it: `ERR_REJECTED`, `ERR_UNAVAILABLE`, `ERR_TIMEOUT`, `ERR_BAD_REPLY`,
   * `ERR_UNSUPPORTED` (it has none)
   */
  start(grant?: Grant<User>): Promise<SessionState<User>>;
  /**
   * "Stay signed in": resolves when the server has agreed and the idle limit has moved, in every tab.
   * @throws SessionError `ERR_NOT_EXTENDABLE`, `ERR_UNAVAILABLE`, `ERR_TIMEOUT` (nothing has moved, try again),
   * `ERR_SESSION_ENDED`, `ERR_SIGNED_OUT`, `ERR_REJECTED`
   */
  extend(): Promise<void>;
  /**
   * Gets a new access credential now. Usually nobody calls it: expiry and 401 are seen to. Any number of calls in any
   * number of tabs make one request.
   * @throws SessionError `ERR_UNAVAILABLE`, `ERR_TIMEOUT`, `ERR_BAD_REPLY` (the session goes on), `ERR_SESSION_ENDED`,
   * `ERR_SIGNED_OUT`, `ERR_UNSUPPORTED` (the server has no refresh)
   */
  refresh(): Promise<void>;
  /**
   * A valid access token, refreshed first where it has expired.
   * @throws SessionError `ERR_NO_CREDENTIAL` (cookie sessions have none), and those of {@link Session.refresh}
   */
  getAccessToken(): Promise<string>;
  /**
   * `fetch` with the session's credentials for the configured origins, and without any for others. A 401 leads to one
   * refresh and one replay. The end of the session aborts it. Network faults reject as those of `fetch` do.
   *
   * A server that wants the user to authenticate again first (RFC 9470) raises a `stepUp` event. The 401 is then yours; with
   * `stepUp: "wait"` the request waits for the user instead, and is sent once more.
   * @throws SessionError `ERR_SESSION_ENDED`, `ERR_SIGNED_OUT`, `ERR_REDIRECTED`, and those of {@link Session.refresh}
   */
  fetch(input: RequestInfo | URL, init?: SessionRequestInit): Promise<Response>;
  /**
   * Resolves when the user has authenticated recently enough, and as strongly as asked: at once, or after a `stepUp` event
   * for whoever can ask the user. That is told to `start()`, in any tab, by a grant with `authenticatedAgo` (and `acr`).
   * Neither activity nor a refresh makes an authentication younger. It waits as long as it takes: listen to `stepUp`.
   * @throws SessionError `ERR_INVALID_OPTION`, `ERR_NOT_FRESH` (the event's `cancel()`), `ERR_SESSION_ENDED`,
   * `ERR_SIGNED_OUT`, `ERR_DESTROYED`; the reason of your own `signal`
   * @example
   * ```ts
   * await session.requireFresh({ maxAge: "5m" });
   * ```
   */
  requireFresh(options: FreshOptions): Promise<void>;
  /**
   * Keeps the idle limit away while something runs that is not input: an upload, a film. Never the absolute limit.
   * Returns the function that releases it; `max` releases it in any case. A `hold` event tells of both.
   * @throws SessionError `ERR_INVALID_OPTION`
   */
  hold(options?: {
    /** @default "30m" */
    max?: Duration;
    /** For the audit: shown in the `hold` event. */
    reason?: string;
  }): () => void;
  /**
   * Calls `hook` before the session ends, so that work can be saved: at a sign-out before it, at a limit 3 s before it;
   * after an end that came without notice, at once. Returns the function that takes it back.
   */
  beforeEnd(hook: EndHook): () => void;
  /**
   * Signs out in every tab, at once. Resolves with whether the server has confirmed it; where it could not be reached
   * it is told later, and where it has no `end` it is never told. Never rejects for that. Where nothing is on record and the
   * server cannot be asked there is nothing to end yet (`status` is `unknown`): that is `false`, too, and is to be asked again.
   * @throws SessionError `ERR_DESTROYED`, `ERR_UNSUPPORTED`, `ERR_UNAVAILABLE` (Sojourn did not load)
   */
  logout(): Promise<boolean>;
  /**
   * Ms left until the nearest limit, or until the one named: never negative, never more than is configured, whatever is
   * done to the clock. `Infinity` where there is none, `0` where there is no session.
   */
  timeLeft(limit?: Limit): number;
  /**
   * Counts activity in a same-origin frame too: `watch(iframe.contentWindow)`. Returns the function that ends it. A frame that
   * shows another origin has nothing to count: see {@link Session.reportActivity}.
   */
  watch(target: EventTarget): () => void;
  /** Counts activity that no event in this window shows, such as a message from a frame of another origin. */
  reportActivity(): void;
  /** What is behind the state, for panels and support: facts and deadlines, never a secret. */
  inspect(): SessionFacts;
  /** Lets go of everything: listeners, timers, channel, lock, storage. The session itself goes on in other tabs. */
  destroy(): void;
  [Symbol.dispose](): void;
}

/** What {@link Session.inspect} tells. Instants are in ms since the epoch as this session counts them. */
export interface SessionFacts {
  /** This tab's random name. */
  readonly tab: string;
  /** Rises at every sign-in and every end. */
  readonly epoch: number;
  /** Rises within an epoch at every refresh. */
  readonly sequence: number;
  /** Where the shared record lives now. */
  readonly storage: "indexeddb" | "memory";
  /** Now, on the clock that the other instants are measured on. */
  readonly now: number;
  readonly lastActivityAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly accessExpiresAt: number;
  /** When this tab refreshes of its own accord. */
  readonly refreshAt: number;
  /** The facts that the tabs share. Their stamps are wall time. */
  readonly record: SharedRecord | undefined;
}

/**
 * Makes the session of this tab. It does nothing until {@link Session.start}; on a server it never does anything and
 * its state stays `unknown`.
 * @throws SessionError `ERR_INVALID_OPTION`: the message names the option and what to change
 * @example
 * ```ts
 * import { createSession } from "sojourn";
 * import { bff } from "sojourn/presets";
 *
 * export const session = createSession({ server: bff(), idle: { timeout: "15m", warning: "2m" } });
 * await session.start();
 * ```
 */
export function createSession<User = unknown>(options: SessionOptions<User>): Session<User> {
  const ports = options?.platform ?? first();
  return createShell(settle(options), ports);
}
