import { type Check, found, foundIf, notRun } from "../check.js";
import type { Client } from "../client.js";
import { isForgeryToken } from "../cookies.js";
import { asvs, cheatSheet } from "../sources.js";

const ENOUGH = 128;
/** The other checks make more sessions than that. */
const SAMPLES = 4;

export const sessionId: Check = {
  id: "session-id",
  title: "Nobody can guess what names a session",
  weight: "must",
  why: "Ids that are short, or that count, are found by trying.",
  sources: [asvs("V7.2.3"), cheatSheet("Session_Management")],
  change:
    "Make ids of 128 bits or more with the system's random number generator, and put nothing else into them.",
  async run(lab) {
    const settings = await lab.settings();
    while (lab.made.length < SAMPLES) await lab.session();
    const ids = lab.made.slice(0, SAMPLES).map((client) => longest(client, settings));
    if (ids.some((id) => id === undefined)) return notRun("no cookie or token was seen");
    const parts = withoutCommon(ids as string[]);
    if (new Set(ids).size < SAMPLES) return found("two sign-ins got the same id");
    const bits = Math.floor(Math.min(...parts.map((part) => part.length)) * bitsPerCharacter(parts.join("")));
    return foundIf(
      bits < ENOUGH
        ? [`what differs between ${SAMPLES} sessions has room for ${bits} bits, and 128 are asked for`]
        : [],
      `what differs between ${SAMPLES} sessions has room for ${ENOUGH} bits or more`,
    );
  },
};

/** The longest credential: whoever knows all the others still has to guess this one. */
function longest(
  { jar, refreshToken, accessToken }: Client,
  settings: ReadonlySet<string>,
): string | undefined {
  const values = jar.all
    .filter((cookie) => !isForgeryToken(cookie) && !settings.has(cookie.name))
    .map(({ value }) => value);
  return [refreshToken, accessToken, ...values]
    .filter((value) => value !== undefined)
    .sort((a, b) => b.length - a.length)[0];
}

/** What all begin or end with says nothing. */
function withoutCommon(ids: readonly string[]): readonly string[] {
  const alike = (texts: readonly string[], at: (length: number) => number) => {
    const [first = ""] = texts;
    let length = 0;
    while (length < first.length && texts.every((text) => text.at(at(length)) === first.at(at(length))))
      length += 1;
    return length;
  };
  const head = alike(ids, (length) => length);
  const rest = ids.map((id) => id.slice(head));
  const tail = alike(rest, (length) => -1 - length);
  return rest.map((id) => id.slice(0, id.length - tail));
}

/** By the alphabet that they are written in. */
function bitsPerCharacter(text: string): number {
  if (/^\d*$/.test(text)) return Math.log2(10);
  return /^[\da-f-]*$/i.test(text) ? 4 : 6;
}
