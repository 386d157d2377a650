import { type Check, foundIf } from "../check.js";
import { complain } from "../credentials.js";
import { asvs, rfc } from "../sources.js";

export const cookieHttpOnly: Check = {
  id: "cookie-httponly",
  title: "No script can read the session's cookies",
  weight: "must",
  why: "One injected line of script sends the cookie away, and the session is used from elsewhere.",
  sources: [asvs("V3.3.4"), rfc(10017)],
  change: "Set HttpOnly. What a script has to know goes into the body of a reply.",
  async run(lab) {
    lab.cookiesOnly();
    const wrong = await complain(lab, ({ name, httpOnly }) =>
      httpOnly ? undefined : `${name} has no HttpOnly`,
    );
    return foundIf(wrong, "all are HttpOnly");
  },
};
