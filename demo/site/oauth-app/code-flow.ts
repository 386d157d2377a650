import { createStore, del, get, set } from "idb-keyval";
import type { CodeExchange } from "sojourn/presets";
import { CLIENT_ID } from "./server.js";
import type { Choice } from "./session-options.js";

/** What has to survive the way to the sign-in page and back. */
interface Waiting {
  readonly verifier: string;
  /** What the page's address asked for. */
  readonly query: string;
}

const PATH = "/oauth-app/";
const waiting = createStore("handover-oauth", "waiting");
const redirectUri = location.origin + PATH;

/** Sends the user to the server's sign-in page (RFC 6749, 4.1 with PKCE, RFC 7636). */
export async function leaveToSignIn({ proof }: Choice): Promise<void> {
  const [state, verifier] = [random(), random()];
  await set(state, { verifier, query: location.search } satisfies Waiting, waiting);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    state,
    code_challenge: base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))),
    code_challenge_method: "S256",
    // The code, too, is for the key alone.
    ...(proof && { dpop_jkt: await proof.thumbprint() }),
  });
  location.assign(`/oauth/authorize?${query}`);
}

/** Reads what the address brought, and cleans it: what the tokens are got for. A `state` that this browser did not send out is ignored. */
export async function comeBack(): Promise<CodeExchange | undefined> {
  const query = new URLSearchParams(location.search);
  const state = query.get("state");
  if (!state) return undefined;
  const found = await get<Waiting>(state, waiting);
  await del(state, waiting);
  history.replaceState(null, "", PATH + (found?.query ?? ""));
  return found && { code: query.get("code") ?? "", codeVerifier: found.verifier, redirectUri };
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)).buffer);
}

function base64url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
