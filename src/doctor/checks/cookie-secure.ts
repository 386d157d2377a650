import { type Check, foundIf, notRun } from "../check.js";
import { complain } from "../credentials.js";
import { asvs, rfc } from "../sources.js";

export const cookieSecure: Check = {
  id: "cookie-secure",
  title: "The session's cookies travel over https only",
  weight: "must",
  why: "One request over plain http, which anybody on the way can provoke, shows the cookie to all of them.",
  sources: [asvs("V3.3.1"), rfc(10017)],
  change: "Set Secure.",
  async run(lab) {
    lab.cookiesOnly();
    if (!lab.target.page.startsWith("https:"))
      return notRun("users come over http here (--origin says otherwise)");
    const wrong = await complain(lab, ({ name, secure }) => (secure ? undefined : `${name} has no Secure`));
    return foundIf(wrong, "all are Secure");
  },
};
