import { SessionError } from "../errors.js";
import { record } from "../platform/record.js";
import type { Proof, ProofOptions } from "../server/proof.js";
import { prove } from "./key.js";
import { createKeys } from "./keys.js";
import { createOrigins } from "./origins.js";

/** The options of {@link dpop}. */
export interface DpopOptions {
  /**
   * Which key: that of the session of this name. Letters, digits, `.`, `_` and `-`.
   * @default "default"
   */
  name?: string;
  /**
   * Where the key lives. `"memory"`: nothing touches the disk, the tabs hand it on, and with the last of them it is gone.
   * @default "indexeddb", and memory with a `degraded` event where that fails
   */
  storage?: "indexeddb" | "memory";
}

/** Made by {@link dpop}. */
export interface DpopProof extends Proof {
  /**
   * `fetch` with a proof, for requests of your own: the code exchange before a session, or a resource with an
   * `Authorization` header, which goes out under the scheme `DPoP`. Never for an address that you do not trust.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** The name of the key (RFC 7638), for `dpop_jkt` in an authorization request: binds the code, too (RFC 9449 §10). */
  thumbprint(): Promise<string>;
}

/**
 * Binds tokens to a key that no script can export (DPoP, RFC 9449): give it to the server's convention as `proof`. The
 * key, ES256 and non-extractable, is made at its first use, is the same in every tab, and is deleted when the session ends.
 * @throws SessionError `ERR_UNSUPPORTED` where there is no `crypto.subtle`, as on a page without https;
 * `ERR_INVALID_OPTION`
 * @example
 * ```ts
 * import { createSession } from "sojourn";
 * import { dpop } from "sojourn/dpop";
 * import { oauth2 } from "sojourn/presets";
 *
 * const proof = dpop();
 * const session = createSession({
 *   server: oauth2({ tokenUrl: "https://id.example/token", clientId: "spa", proof }),
 * });
 * ```
 */
export function dpop({ name = "default", storage = "indexeddb" }: DpopOptions = {}): DpopProof {
  if (!globalThis.crypto?.subtle)
    throw new SessionError("ERR_UNSUPPORTED", "DPoP needs crypto.subtle: serve the page over https.");
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new SessionError("ERR_INVALID_OPTION", "name must match [\\w.-]{1,64}.", { option: "name" });

  let isDegraded = false;
  let tell = () => {};
  const topic = `sojourn.${name}.dpop`;
  const keys = createKeys(topic, storage === "memory" ? undefined : record(topic), () => {
    if (!isDegraded) tell();
    isDegraded = true;
  });
  const origins = createOrigins();

  async function send(
    request: Request,
    fetch: (request: Request) => Promise<Response>,
    { once, end }: ProofOptions = {},
  ): Promise<Response> {
    const { origin } = new URL(request.url);
    const key = await (end ? keys.spent() : keys.current());
    // An end that is told late, when its key is gone.
    if (!key) return fetch(request);
    const attempt = async (sent: Request) => {
      await prove(sent, key, origins.nonce(origin), origins.lead(origin));
      const response = await fetch(sent);
      return { response, again: await origins.hear(origin, response) };
    };
    if (once) return (await attempt(request)).response;
    const { response, again } = await attempt(request.clone());
    if (!again) return response;
    await response.body?.cancel();
    return (await attempt(request)).response;
  }

  return {
    // Case does not matter (RFC 6749 §5.1). What brings no token, such as a touch, binds nothing.
    binds: ({ accessToken, tokenType }) => !accessToken || tokenType?.toLowerCase() === "dpop",
    send,
    begin: keys.begin,
    end: keys.end,
    watch(degraded) {
      tell = degraded;
      if (isDegraded) tell();
    },
    fetch: (input, init) =>
      send(new Request(input, init), (request) => globalThis.fetch(request), {
        once: init?.body instanceof ReadableStream,
      }),
    thumbprint: async () => (await keys.current()).id,
  };
}
