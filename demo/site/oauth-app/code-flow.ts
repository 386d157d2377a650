import { createStore, del, get, set } from "idb-keyval";
import type { StepUp } from "sojourn";
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
export async function leaveToSignIn(choice: Choice): Promise<void> {
  const [state, verifier] = [random(), random()];
  await set(state, { verifier, query: location.search } satisfies Waiting, waiting);
  location.assign(await signInPage(choice, state, verifier));
}

/** The name of the window in which the user signs in again. */
const AGAIN = "sign-in-again";

/** What comes back from that window. */
interface Back {
  readonly state: string;
  readonly code?: string;
}

/**
 * The same in a window of its own, as the server has asked (RFC 9470, 4): this page stays, and so does whatever waits in
 * it. Nothing of it is stored. `undefined`: the server did not do it.
 */
export async function signInAgain(
  choice: Choice,
  { maxAge, acrValues }: Pick<StepUp, "maxAge" | "acrValues">,
  signal: AbortSignal,
): Promise<CodeExchange | undefined> {
  // In the click's own task: no browser opens one for who comes later.
  const opened = open("about:blank", AGAIN, "popup,width=480,height=640");
  const [state, verifier] = [random(), random()];
  const more = {
    ...(maxAge !== undefined && { max_age: String(Math.floor(maxAge / 1000)) }),
    ...(acrValues !== undefined && { acr_values: acrValues }),
  };
  const address = await signInPage(choice, state, verifier, more);
  return new Promise((resolve) => {
    const hear = ({ origin, data }: MessageEvent<Partial<Back> | null>) => {
      if (origin !== location.origin || data?.state !== state) return;
      over();
      resolve(data.code === undefined ? undefined : { code: data.code, codeVerifier: verifier, redirectUri });
    };
    const over = () => {
      removeEventListener("message", hear);
      opened?.close();
    };
    addEventListener("message", hear);
    signal.addEventListener("abort", () => {
      over();
      resolve(undefined);
    });
    if (opened) opened.location.href = address;
  });
}

/** In that window: gives what came back to the page that waits for it. True: there is nothing more to do here. */
export function giveBack(): boolean {
  const query = new URLSearchParams(location.search);
  const state = query.get("state");
  if (window.name !== AGAIN || !opener || !state) return false;
  const code = query.get("code");
  opener.postMessage({ state, ...(code !== null && { code }) } satisfies Back, location.origin);
  return true;
}

async function signInPage(
  { proof }: Choice,
  state: string,
  verifier: string,
  more: Record<string, string> = {},
): Promise<string> {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    state,
    code_challenge: base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))),
    code_challenge_method: "S256",
    // The code, too, is for the key alone.
    ...(proof && { dpop_jkt: await proof.thumbprint() }),
    ...more,
  });
  return `/oauth/authorize?${query}`;
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
