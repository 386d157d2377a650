import { type Check, foundIf } from "../check.js";
import { carriedOut } from "../experiments/forge.js";
import { asvs, rfc } from "../sources.js";

export const csrfMethod: Check = {
  id: "csrf-method",
  title: "A link changes nothing",
  weight: "must",
  why: "Links and images of other pages make GET requests that carry the session, SameSite=Lax or not; and browsers fetch links ahead.",
  sources: [asvs("V3.5.3"), rfc(9110, "9.2.1")],
  change: "Take requests that change the session as POST only.",
  run: async (lab) =>
    foundIf(
      await carriedOut(lab, [
        {
          how: "a link of another site",
          forge: () => ({
            method: "GET",
            headers: {
              Accept: "text/html",
              "Sec-Fetch-Site": "cross-site",
              "Sec-Fetch-Mode": "navigate",
              "Sec-Fetch-Dest": "document",
            },
          }),
        },
      ]),
      "GET does not do what POST does",
    ),
};
