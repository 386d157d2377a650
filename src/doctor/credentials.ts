import type { Exchange } from "./client.js";
import { type Cookie, isExpired, isForgeryToken, SHORTEST_CREDENTIAL } from "./cookies.js";
import { NotRun } from "./errors.js";
import type { Lab } from "./lab.js";

/** Why nothing can be said of cookies that no reply has shown with their attributes. */
export const NONE_SET = "no cookie of a session was set";

/** Whether a cookie could open a session, by itself. */
const mayOpen = (cookie: Cookie): boolean =>
  !isExpired(cookie) && !isForgeryToken(cookie) && cookie.value.length >= SHORTEST_CREDENTIAL;

/** The cookies that a server has set in these exchanges and that open a session, each time that it has. */
export async function credentialCookies(
  lab: Lab,
  exchanges: readonly Exchange[],
): Promise<readonly Cookie[]> {
  const settings = await lab.settings();
  return exchanges
    .flatMap(({ cookies }) => cookies)
    .filter((cookie) => mayOpen(cookie) && !settings.has(cookie.name));
}

/** The cookies of a session that was there already. Names and values are all that is known of them. */
export const givenCookies = ({ target }: Lab): readonly Cookie[] =>
  (target.cookies?.all ?? []).filter(mayOpen);

/**
 * What is wrong with some of the cookies of a session, one line each.
 * @throws NotRun when none was set
 */
export async function complain(
  lab: Lab,
  wrong: (cookie: Cookie) => string | undefined,
): Promise<readonly string[]> {
  const { all } = await lab.life();
  const cookies = await credentialCookies(lab, all);
  if (cookies.length === 0) throw new NotRun(NONE_SET);
  return cookies.flatMap((cookie) => wrong(cookie) ?? []);
}
