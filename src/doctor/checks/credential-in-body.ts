import { type Check, foundIf, notRun } from "../check.js";
import { nameOf } from "../client.js";
import { partsOf } from "../cookies.js";
import { credentialCookies, givenCookies, NONE_SET } from "../credentials.js";
import { asvs, rfc } from "../sources.js";

/** A token of a server that should keep them to itself. */
const TOKEN = /"((?:access_?|refresh_?|id_?|session_?)?token|session_?id)"\s*:\s*"[^"]{8}/i;
/** https://www.rfc-editor.org/rfc/rfc7519: a header in JSON, a payload, a signature. */
const JWT = /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/;

export const credentialInBody: Check = {
  id: "credential-in-body",
  title: "What opens the session is in no body",
  weight: "must",
  why: "HttpOnly protects a cookie from scripts. The same secret in a reply is read by any of them.",
  sources: [asvs("V3.3.4"), rfc(10017)],
  change:
    "Leave ids and tokens out of replies; tell a public name for the session where one is needed (epoch).",
  async run(lab) {
    lab.cookiesOnly();
    const { all } = await lab.life();
    const values = [...givenCookies(lab), ...(await credentialCookies(lab, all))].flatMap(partsOf);
    const wrong = all.flatMap((exchange) => {
      const { text } = exchange;
      const [, field] = TOKEN.exec(text) ?? [];
      if (field) return [`${nameOf(exchange)} has ${field} in its body`];
      if (JWT.test(text)) return [`${nameOf(exchange)} has a JWT in its body`];
      return values.some((value) => text.includes(value))
        ? [`${nameOf(exchange)} has the value of a cookie in its body`]
        : [];
    });
    if (wrong.length === 0 && values.length === 0) return notRun(NONE_SET);
    return foundIf(wrong, "no cookie's value and no token was seen in a body");
  },
};
