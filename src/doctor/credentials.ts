import type { Exchange } from "./client.js";
import { type Cookie, isExpired, isForgeryToken, SHORTEST_CREDENTIAL } from "./cookies.js";
import type { Life } from "./experiments/life.js";

/** The cookies that a server has set in these exchanges and that may open a session: the last of each name. */
export function credentialCookies(exchanges: readonly Exchange[]): readonly Cookie[] {
  const byName = new Map<string, Cookie>();
  for (const cookie of exchanges.flatMap(({ cookies }) => cookies))
    if (!isExpired(cookie) && !isForgeryToken(cookie) && cookie.value.length >= SHORTEST_CREDENTIAL)
      byName.set(cookie.name, cookie);
  return [...byName.values()];
}

/** What is wrong with some of the cookies of a session, one line each. */
export const complain = (life: Life, wrong: (cookie: Cookie) => string | undefined): readonly string[] =>
  credentialCookies(life.all).flatMap((cookie) => wrong(cookie) ?? []);
