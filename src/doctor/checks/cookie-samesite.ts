import { type Check, foundIf } from "../check.js";
import { complain } from "../credentials.js";
import { asvs, cheatSheet } from "../sources.js";

export const cookieSameSite: Check = {
  id: "cookie-samesite",
  title: "The session's cookies stay away from requests of other sites",
  weight: "must",
  why: "Requests that another site makes the browser send would carry the session. Browsers differ in what they do where nothing is said.",
  sources: [asvs("V3.3.2"), cheatSheet("Cross-Site_Request_Forgery_Prevention")],
  change: "Set SameSite=Strict, or Lax where users have to arrive signed in by a link.",
  async run(lab) {
    lab.cookiesOnly();
    const wrong = await complain(lab, ({ name, sameSite }) =>
      /^(strict|lax)$/i.test(sameSite ?? "")
        ? undefined
        : `${name} has ${sameSite ? `SameSite=${sameSite}` : "no SameSite"}`,
    );
    return foundIf(wrong, "all are SameSite=Strict or Lax");
  },
};
