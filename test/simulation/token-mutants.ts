// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are sources

import { type Mutant, one } from "./mutant.js";

/** Bugs in the ways of keeping tokens, and planted leaks. Only schedules with tokens can catch them. */
export const tokenMutants: readonly Mutant[] = [
  one(
    "tokens: a token in a hand-over, in the clear",
    "secrets/hand-over.ts",
    "if (open.delete(wanted.sender)) post({ ...message, key: told, sealed });",
    "if (open.delete(wanted.sender)) post({ ...message, key: told, sealed, ...mine });",
  ),
  one(
    "tokens: the key of the group in a hand-over, in the clear",
    "secrets/hand-over.ts",
    "post({ ...message, sealed: await cipher.seal(",
    "post({ ...message, ...{ secret: mine.secret }, sealed: await cipher.seal(",
  ),
  one(
    "tokens: a replayed hand-over is accepted, for its seal does not say the sequence",
    "secrets/hand-over.ts",
    "`sojourn ${epoch} ${sequence} ${sender} ${to}`",
    "`sojourn ${epoch} ${sequence && ''} ${sender} ${to}`",
  ),
  one(
    "tokens: those of another session that came to the same numbers are taken for this one's",
    "secrets/vault.ts",
    "a.epoch === b.epoch && (a.prefix ?? b.prefix) === (b.prefix ?? a.prefix);",
    "a.epoch === b.epoch;",
  ),
  one(
    "tokens: an older hand-over takes the place of a newer one",
    "secrets/hand-over.ts",
    "const notBefore = (a: Place, b: Place) => sameSession(a, b) && a.sequence >= b.sequence;",
    "const notBefore = (a: Place, b: Place) => sameSession(a, b);",
  ),
  one(
    "tokens: a spent token is given out under the name of its successor",
    "secrets/memory.ts",
    "(at && held && samePlace(held.at, at) ? held.credential : NOTHING);",
    "(at && held && sameSession(held.at, at) ? held.credential : NOTHING);",
  ),
  {
    name: "tokens: what was asked for before a sign-in takes the place of its tokens",
    edits: [
      {
        file: "src/secrets/memory.ts",
        find: "held && found && after(held.at, found.at);",
        put: "held && found && held.at.epoch === found.at.epoch && after(held.at, found.at);",
      },
      {
        file: "src/secrets/hand-over.ts",
        find: "if (group && group.epoch > epoch) return;",
        put: "",
      },
    ],
  },
  one(
    "tokens: the refresh token in the record",
    "shell/refresh.ts",
    "if (next) vault.keep(deposit, next);\n      return next;",
    "if (next) vault.keep(deposit, next);\n      return next && { ...next, marker: deposit.credential.refreshToken ?? next.marker };",
  ),
  one(
    "tokens: a token in the message of an error",
    "server/ask.ts",
    'throw invalid("ERR_UNAVAILABLE", `The server could not be reached (${verb}).`);',
    'throw invalid("ERR_UNAVAILABLE", `The server could not be reached (${verb} ${credential.refreshToken}).`);',
  ),
  one(
    "tokens: another origin gets the token",
    "server/fetch.ts",
    'new Request(input instanceof Request ? input : url, { ...init, credentials: "omit" }),',
    'new Request(input instanceof Request ? input : url, { ...init, headers: { authorization: (vault as Vault).read(await session.ready()).accessToken ?? "" } }),',
  ),
  one("sealed: the ciphertext is kept after the end", "secrets/sealed.ts", "put(TOKENS, undefined);", ""),
  one("sealed: the key is kept after the end", "secrets/sealed.ts", "put(KEY, undefined);", ""),
  one(
    "sealed: the key of an epoch seals the next",
    "secrets/sealed.ts",
    "const mine = after && known && sameSession(known, after) ? known.key : undefined;",
    "const mine = known?.key;",
  ),
  one(
    "sealed: the tokens lie on the disk in the clear",
    "secrets/sealed.ts",
    "seal: { key, sealed } };",
    "seal: { key, sealed: { ...(sealed as object), plain: JSON.stringify(credential) } } };",
  ),
  one(
    "sealed: ciphertext that was put back is taken for the newest",
    "secrets/sealed.ts",
    "`sojourn tokens ${sequence}`",
    "`sojourn tokens ${sequence && ''}`",
  ),
  one(
    "sealed: the tokens of a refresh are not written",
    "secrets/sealed.ts",
    "} else if (next && samePlace(next, record)) {",
    "} else if (next && samePlace(next, record) && !record.sequence) {",
  ),
  one(
    "worker: the token is told to the page",
    "worker/serve.ts",
    "...(brought && { ticket: store.put({ accessToken, refreshToken }) }),",
    "...(brought && { ticket: store.put({ accessToken, refreshToken }), accessToken }),",
  ),
  one(
    "worker: the page is told what the request carried",
    "worker/serve.ts",
    "headers: [...response.headers],",
    "headers: [...response.headers, ...request.headers],",
  ),
  one(
    "worker: it fetches for an origin that is not on its list",
    "worker/serve.ts",
    "if (!origins.includes(url.origin))",
    "if (!url.origin)",
  ),
  one(
    "worker: an error says what was sent",
    "worker/serve.ts",
    "answer({ error: wireError(error) });",
    "answer({ error: { ...wireError(error), ...(error instanceof SessionError && { message: JSON.stringify(vault.read((call.argument as { at: Position }).at)) }) } });",
  ),
];
