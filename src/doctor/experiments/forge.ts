import type { Client, Exchange, Sending } from "../client.js";
import { decisive } from "../decisive.js";
import { NotRun } from "../errors.js";
import type { Lab } from "../lab.js";
import { credentialsOf } from "./spent.js";

/** A request that another page makes the user's browser send. */
export interface Forgery {
  /** In words, as in “a form of another site”. */
  readonly how: string;
  /** From the honest request to the forged one. */
  readonly forge: (honest: Exchange) => Sending;
}

export const EVIL = "https://evil.example";

const from = (origin: string, site: string) => ({ Origin: origin, "Sec-Fetch-Site": site });
const FORM = "application/x-www-form-urlencoded";

/** What browsers send for another page without asking the server first. */
export const SIMPLE: readonly Forgery[] = [
  {
    how: "a form of another site",
    forge: ({ method }) => ({
      method,
      headers: { ...from(EVIL, "cross-site"), "Content-Type": FORM },
      body: "a=b",
    }),
  },
  {
    how: "a text/plain form of another site",
    forge: ({ method }) => ({
      method,
      headers: { ...from(EVIL, "cross-site"), "Content-Type": "text/plain" },
      body: "{}",
    }),
  },
  {
    how: "an empty post of a sibling domain",
    forge: ({ method }) => ({ method, headers: from("https://sibling.example", "same-site") }),
  },
  {
    how: "an empty post of a browser that says nothing of its origin",
    forge: ({ method }) => ({ method, headers: {} }),
  },
];

/**
 * Sends each forgery for each verb that changes something, with the user's cookies. Resolves to what was carried out.
 * @throws when nothing was, and of some it cannot be told
 */
export async function carriedOut(lab: Lab, forgeries: readonly Forgery[]): Promise<readonly string[]> {
  lab.cookiesOnly();
  const { touch, refresh, end } = await lab.life();
  const honest = Object.entries({ touch, refresh, end }).flatMap(([verb, asked]) => {
    const exchange = asked?.outcome === "told" ? asked.exchanges.at(-1) : undefined;
    // A preset that extends by reading: no forgery does more than a link.
    return exchange && exchange.method !== "GET" ? [{ verb, exchange }] : [];
  });
  if (honest.length === 0) throw new NotRun("the preset has no request that changes something");
  const seen: string[] = [];
  const open: unknown[] = [];
  let client = await lab.session();
  for (const { verb, exchange } of honest)
    for (const { how, forge } of forgeries) {
      try {
        if (!(await works(client, verb, exchange, forge(exchange)))) continue;
        seen.push(`${how} could ${verb === "end" ? "sign the user out" : verb}`);
      } catch (error) {
        // No reply, or one that says nothing. What it has done to the session is not known.
        open.push(error);
      }
      client = await lab.session();
    }
  if (seen.length === 0 && open.length > 0) throw open[0];
  return seen;
}

async function works(client: Client, verb: string, { url }: Exchange, forged: Sending): Promise<boolean> {
  const before = credentialsOf(client);
  const { status, text } = decisive(await client.send(url, forged));
  if (status >= 400) return false;
  if (verb === "end") return !(await client.lives());
  // A page for every address says 200, too.
  return verb === "refresh" ? credentialsOf(client) !== before : status < 300 && !/^\s*</.test(text);
}
