import type { EndReason } from "../core/state.js";
import type { Duration } from "../options.js";
import type { Proof } from "./proof.js";

/**
 * What a sign-in, a refresh, a touch or a peek brings. Everything is optional: what is not told stays as it was.
 * Lifetimes count from the start of the request, so a wrong clock cannot matter; they are in ms (or `"15m"`), so a
 * server's `expires_in` is given as `expires_in * 1000`.
 */
export interface Grant<User = unknown> {
  /** The signed-in user, as `getState().user` will show it. */
  readonly user?: User;
  /**
   * What identifies the user, always the same for the same one. Only its hash is shared with other tabs.
   * @default `user.id` or `user.sub`
   */
  readonly subject?: string | undefined;
  /** The server's own public name for this session, if it has one; another one after every sign-in. No credential. */
  readonly marker?: string | undefined;
  /** How long the user may be idle from now. */
  readonly idleExpiresIn?: Duration | undefined;
  /** How long the session lasts from now, whatever the user does. */
  readonly absoluteExpiresIn?: Duration | undefined;
  /** How long the access credential is good from now. */
  readonly accessExpiresIn?: Duration | undefined;
  /**
   * How long ago the user authenticated, `0` for just now: at a sign-in, and when the user has authenticated again
   * (`requireFresh()`). A refresh, a touch and a peek may tell it, too.
   * @default nobody knows, and whoever asks for a fresh authentication asks the user
   */
  readonly authenticatedAgo?: Duration | undefined;
  /** The class of that authentication, as the server calls it (`acr`, RFC 9470). @default none */
  readonly acr?: string | undefined;
  /**
   * Instead of tokens: what the convention's `exchange` gets them for, where they are kept. For `oauth2` that is
   * `{ code, codeVerifier, redirectUri }`. What the reply to it does not say, the rest of the grant may.
   */
  readonly exchange?: unknown;
  /** Secret. Kept where `tokens` says. */
  readonly accessToken?: string | undefined;
  /** Secret. Where a refresh brings none, the one before is kept (RFC 6749 §6). */
  readonly refreshToken?: string | undefined;
  /** The `token_type` of the reply. Needed where tokens are bound to a key (`proof`). */
  readonly tokenType?: string | undefined;
}

/** The verbs of a server. */
export type VerbName = "peek" | "touch" | "refresh" | "end" | "exchange";

/** A request that a verb sends. */
export interface ServerRequest {
  /** Absolute, or relative to the page. */
  readonly url: string;
  /** @default "GET" */
  readonly method?: string;
  readonly headers?: Record<string, string | undefined>;
  /** An object is sent as JSON, `URLSearchParams` as a form. */
  readonly body?: object | URLSearchParams;
  /**
   * `"include"` where another origin has a cookie that this request needs, such as a refresh token beside access tokens that
   * the page has.
   * @default "include" for a session in cookies; "same-origin" where there are tokens, for a wildcard CORS policy forbids more
   */
  readonly credentials?: RequestCredentials;
}

/** A reply that a verb reads. */
export interface ServerReply {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or `undefined` where the body was none. */
  readonly body: unknown;
}

/** What a verb is given. */
export interface VerbContext {
  /** Aborts at the time limit and at the end of the session. */
  readonly signal: AbortSignal;
  /** The same for every attempt to use the same refresh credential. */
  readonly idempotencyKey: string;
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
  /**
   * The server's own name for the session that is meant (`Grant.marker`). The cookies may be those of the next sign-in
   * already: a server that is given the name ends no other session, and answers a refresh of another one with 409.
   */
  readonly marker: string | undefined;
  /** For `exchange`: what `start()` was given for it. */
  readonly input?: unknown;
  /**
   * Sends a request (never cached, never redirected) and resolves with a 2xx reply. What `endedOn` lists rejects with
   * `ERR_REJECTED`, everything else with `ERR_UNAVAILABLE`, which ends nothing.
   */
  send(request: ServerRequest): Promise<ServerReply>;
}

/**
 * One verb. Resolves with what the server told; `peek` with `null` when nobody is signed in.
 * To say that the session is over, reject with `new SessionError("ERR_REJECTED", …)`; any other rejection is a passing
 * fault.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a verb written as an async function without a return
export type Verb<User = unknown> = (context: VerbContext) => Promise<Grant<User> | null | undefined | void>;

/** A server's HTTP conventions: the four verbs, and how far they can be trusted. Presets are made of these. */
export interface ServerConvention<User = unknown> {
  /** Reads the session. Does not extend it, unless `peekSlides`. */
  readonly peek?: Verb<User>;
  /** Tells the server that the user is active. */
  readonly touch?: Verb<User>;
  /** Exchanges the refresh credential for a new access credential. */
  readonly refresh?: Verb<User>;
  /** Signs out. */
  readonly end?: Verb<User>;
  /** Gets the first tokens of a session for what `start({ exchange })` was given, such as an authorization code. */
  readonly exchange?: Verb<User>;
  /**
   * Reading the session extends it: then it is read at the start and never again.
   * @default false
   */
  readonly peekSlides?: boolean;
  /**
   * When a touch moves the server's idle limit: at every one, when half of it is over, or at intervals of its own.
   * @default "always"
   */
  readonly slides?: "always" | "half" | "updateAge";
  /**
   * Whether deadlines come from the server's replies or are this library's estimate.
   * @default "estimate"
   */
  readonly expiry?: "server" | "estimate";
  /**
   * The allow-list: the replies that really end a session, and why, where the reply says. Everything else is a passing
   * fault (RFC 6749 §5.2).
   * @default 401 with a JSON body, and 400 with `error: "invalid_grant"`
   */
  readonly endedOn?: (reply: ServerReply, verb: VerbName) => boolean | EndReason;
  /**
   * Where tokens live, unless the option says otherwise.
   * @default "none"
   */
  readonly tokens?: "none" | "memory" | "sealed";
  /**
   * Shows with every request that its sender has the key that the tokens are bound to: `dpop()` of `sojourn/dpop`. The
   * requests of the verbs go out with it, and those of `session.fetch` to its origins.
   * @default none
   */
  readonly proof?: Proof | undefined;
}
