import { type Check, foundIf, notRun } from "../check.js";
import { carriedOut, EVIL } from "../experiments/forge.js";
import { asvs, cheatSheet } from "../sources.js";

export const csrfOrigin: Check = {
  id: "csrf-origin",
  title: "A request that says it comes from another site is refused",
  weight: "should",
  why: "One slip in the CORS configuration, and the header that protects against forgery can be sent from anywhere. Browsers say where a request comes from: nothing is lost by listening.",
  sources: [cheatSheet("Cross-Site_Request_Forgery_Prevention"), asvs("V3.5.1")],
  change:
    "Refuse unsafe requests with Sec-Fetch-Site: cross-site, or, where that is absent, with an Origin that is not listed.",
  async run(lab) {
    if ((await lab.forged()).length > 0) return notRun("worse requests get through already: see csrf");
    const forge =
      (claims: Record<string, string>) => (honest: { method: string; sent: Headers; body: string }) => {
        const headers = Object.fromEntries(
          [...honest.sent].filter(([name]) => !["cookie", "origin", "sec-fetch-site"].includes(name)),
        );
        return {
          method: honest.method,
          headers: { ...headers, ...claims },
          ...(honest.body && { body: honest.body }),
        };
      };
    const seen = await carriedOut(lab, [
      {
        how: "a request with everything right but its Origin and Sec-Fetch-Site",
        forge: forge({ Origin: EVIL, "Sec-Fetch-Site": "cross-site" }),
      },
      { how: "a request with everything right but its Origin", forge: forge({ Origin: EVIL }) },
    ]);
    return foundIf(seen, "refused by Sec-Fetch-Site, and by Origin");
  },
};
