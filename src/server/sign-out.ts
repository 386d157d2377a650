import { SessionError } from "../errors.js";
import type { VerbContext } from "./convention.js";

/** Where a sign-out goes: see {@link signOutBy}. */
export type Navigate = (url: string) => void;

/**
 * Signs out at a URL that answers with a redirect, which a request of a page cannot follow to its end. `navigate` takes
 * the whole page there: then nothing is known before the page is left, and the next page asks. Without it the server is
 * asked whether somebody is still signed in: what it refuses then is over.
 */
export async function signOutBy(
  { send, signal }: VerbContext,
  url: string,
  check: string,
  headers: Record<string, string>,
  navigate?: Navigate,
): Promise<void> {
  if (navigate) {
    navigate(url);
    await new Promise((_, reject) => signal.addEventListener("abort", reject));
  }
  await send({ url, headers }).catch(() => {});
  await send({ url: check, headers });
  throw new SessionError("ERR_UNAVAILABLE", "The server did not sign out.");
}

/**
 * A sign-out that needs an access credential which is still good: one that is not is renewed first, once.
 * `signOut` is given what `renew` brought.
 */
export async function renewing<T>(
  signOut: (renewed?: T) => Promise<unknown>,
  renew: () => Promise<T>,
): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    const { code, status } = error as SessionError;
    if (code !== "ERR_UNAVAILABLE" || (status !== 401 && status !== 403)) throw error;
    await signOut(await renew());
  }
}
