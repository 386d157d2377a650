import { type Check, foundIf } from "../check.js";
import { complain } from "../credentials.js";
import { asvs, cheatSheet } from "../sources.js";

export const cookieDomain: Check = {
  id: "cookie-domain",
  title: "The session's cookies are for one host",
  weight: "should",
  why: "With a Domain every subdomain gets the cookie, the forgotten one that somebody else has taken over included.",
  sources: [cheatSheet("Session_Management"), asvs("V3.3.3")],
  change: "Leave Domain out.",
  async run(lab) {
    lab.cookiesOnly();
    const wrong = await complain(lab, ({ name, domain }) => domain && `${name} has Domain=${domain}`);
    return foundIf(wrong, "none has a Domain");
  },
};
