import type { Position } from "../core/record.js";
import { SessionError } from "../errors.js";
import type { Platform } from "../platform/platform.js";
import type { Vault } from "../secrets/vault.js";
import type { Proof } from "./proof.js";

/**
 * Sends a request of the session, with the credential of a position, to an origin that may have it. `streamed`: its body is
 * a stream of the caller's.
 */
export type Transport = (request: Request, at: Position, streamed: boolean) => Promise<Response>;

/** From where the tokens are: this page, or a worker. */
export function createTransport(
  platform: Pick<Platform, "fetch">,
  vault: Pick<Vault, "holds" | "read">,
  proof?: Proof,
): Transport {
  return async (request, at, streamed) => {
    const { accessToken } = vault.read(at);
    if (accessToken) request.headers.set("Authorization", `Bearer ${accessToken}`);
    const response = await (proof
      ? proof.send(request, platform.fetch, { once: streamed })
      : platform.fetch(request));
    if (response.type === "opaqueredirect" && vault.holds)
      throw new SessionError(
        "ERR_REDIRECTED",
        "A request with a token was redirected. Use the final address.",
      );
    return response;
  };
}
