import { keepIn, type Scope, type TokenWorkerOptions } from "./keep.js";
import { browser } from "./platform.js";

export type { TokenWorkerOptions } from "./keep.js";

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
  keepIn(globalThis as unknown as Scope, browser(), options);
}
