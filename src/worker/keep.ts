import { SessionError } from "../errors.js";
import { type Duration, milliseconds } from "../options.js";
import type { ServerConvention } from "../server/convention.js";
import type { WorkerPlatform } from "./platform.js";
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
export interface Scope extends Port {
  onconnect?: ((event: { readonly ports: readonly Port[] }) => void) | null;
}

/** Serves the tabs of a worker, whatever it runs on. */
export function keepIn<User>(
  scope: Scope,
  platform: WorkerPlatform,
  { server, origins: given, name = "default", requestTimeout = 10_000 }: TokenWorkerOptions<User>,
): void {
  if (!server?.refresh)
    throw new SessionError("ERR_INVALID_OPTION", "server (with refresh) is needed.", { option: "server" });
  const origins = (given ?? [platform.origin]).map((origin) => new URL(origin).origin);
  const shared = "onconnect" in scope;
  const settings = { requestTimeout: milliseconds(requestTimeout, "requestTimeout"), schema: undefined };
  const store = openStore(name, shared, platform);
  const serve = (port: Port) =>
    serveTab(port, { server: server as ServerConvention<never>, origins, settings, platform, store });
  if (shared)
    scope.onconnect = ({ ports }) => {
      if (ports[0]) serve(ports[0]);
    };
  else serve(scope);
}
