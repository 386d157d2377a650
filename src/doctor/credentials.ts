import type { Exchange } from "./client.js";
import { type Cookie, isExpired, isForgeryToken, SHORTEST_CREDENTIAL } from "./cookies.js";
import type { Lab } from "./lab.js";

/** The cookies that a server has set in these exchanges and that open a session, each time that it has. */
export async function credentialCookies(
  lab: Lab,
  exchanges: readonly Exchange[],
): Promise<readonly Cookie[]> {
  const settings = await lab.settings();
  return exchanges
    .flatMap(({ cookies }) => cookies)
    .filter(
      (cookie) =>
        !isExpired(cookie) &&
        !isForgeryToken(cookie) &&
        cookie.value.length >= SHORTEST_CREDENTIAL &&
        !settings.has(cookie.name),
    );
}

/** What is wrong with some of the cookies of a session, one line each. */
export async function complain(
  lab: Lab,
  wrong: (cookie: Cookie) => string | undefined,
): Promise<readonly string[]> {
  const { all } = await lab.life();
  return (await credentialCookies(lab, all)).flatMap((cookie) => wrong(cookie) ?? []);
}
