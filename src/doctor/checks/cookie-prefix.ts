import { type Check, foundIf, notRun } from "../check.js";
import { complain } from "../credentials.js";
import { asvs, rfc } from "../sources.js";

export const cookiePrefix: Check = {
  id: "cookie-prefix",
  title: "No other host can plant the session's cookies",
  weight: "should",
  why: "A sibling domain, or anybody on the way over http, can set a cookie of the same name; the user then works in the session of somebody else.",
  sources: [asvs("V3.3.3"), rfc(10017)],
  change:
    "Begin the name with __Host- (Secure, Path=/, no Domain); __Secure- where other hosts share the cookie, or the path has to be narrower.",
  async run(lab) {
    lab.cookiesOnly();
    if (!lab.target.page.startsWith("https:"))
      return notRun("users come over http here (--origin says otherwise)");
    // Secure and Domain have checks of their own.
    const wrong = await complain(lab, ({ name, path, domain }) => {
      if (/^__Secure-/i.test(name) && (domain || path !== "/")) return undefined;
      if (!/^__Host-/i.test(name)) return `${name} has no __Host- prefix`;
      return path === "/" ? undefined : `${name}: browsers refuse it without Path=/`;
    });
    return foundIf(wrong, "all have the __Host- prefix");
  },
};
