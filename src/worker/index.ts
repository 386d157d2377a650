import { SessionError } from "../errors.js";
import { type Duration, milliseconds } from "../options.js";
import { clock } from "../platform/clock.js";
import type { ServerConvention } from "../server/convention.js";
import { type Port, serveTab } from "./serve.js";
import { openStore } from "./store.js";

/** The argument of {@link keepTokens}. Whatever is fixed here, no page can change. */
export interface TokenWorkerOptions<User = unknown> {
  /** The server, as the page has it. Relative addresses are relative to the root of the worker's origin. */
  server: ServerConvention<User>;
  /**
   * The origins that requests with the token may go to. The page's own list (`fetch.origins`) cannot widen it.
   * @default the worker's own origin
   */
  origins?: readonly string[];
  /** The session's name, as the page has it. @default "default" */
  name?: string;
  /** How long one request to the server may take, as the page has it. @default "10s" */
  requestTimeout?: Duration;
}

/** What a worker's global scope has of the two kinds of workers. */
interface Scope extends Port {
  onconnect?: ((event: { readonly ports: readonly Port[] }) => void) | null;
}

/**
 * Keeps the tokens of a session in this worker: call it once, in a module that you host and bundle like any other. As a
 * `SharedWorker` it serves every tab; where there is none, a `Worker` of each tab hands the tokens over to those of the
 * others, sealed. No page can ask for a token: it can only have the worker refresh, and send requests.
 * @throws SessionError `ERR_INVALID_OPTION`
 * @example
 * ```ts
 * // session-worker.ts
 * import { oauth2 } from "sojourn/presets";
 * import { keepTokens } from "sojourn/worker";
 *
 * keepTokens({ server: oauth2({ tokenUrl: "/oauth/token", clientId: "app" }) });
 * ```
 */
export function keepTokens<User>(options: TokenWorkerOptions<User>): void {
  const { server, name = "default", requestTimeout = 10_000 } = options;
  if (!server?.refresh)
    throw new SessionError("ERR_INVALID_OPTION", "server (with refresh) is needed.", { option: "server" });
  const { location } = globalThis;
  const origins = (options.origins ?? [location.origin]).map((origin) => new URL(origin).origin);
  const scope = globalThis as unknown as Scope;
  const shared = "onconnect" in scope;
  const settings = { requestTimeout: milliseconds(requestTimeout, "requestTimeout"), schema: undefined };
  const platform = { clock, base: location.origin, fetch: (request: Request) => fetch(request) };
  const store = openStore(name, shared);
  const serve = (port: Port) =>
    serveTab(port, { server: server as ServerConvention<never>, origins, settings, platform, store });
  if (shared)
    scope.onconnect = ({ ports }) => {
      if (ports[0]) serve(ports[0]);
    };
  else serve(scope);
}
