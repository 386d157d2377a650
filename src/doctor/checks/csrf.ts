import { type Check, foundIf } from "../check.js";
import { asvs, cheatSheet, rfc } from "../sources.js";

export const csrf: Check = {
  id: "csrf",
  title: "No other page can use the session",
  weight: "must",
  why: "A page of another origin makes the browser send such requests without asking anybody, cookies and all. SameSite keeps them away from other sites, not from siblings under the same domain.",
  sources: [asvs("V3.5.1"), asvs("V3.5.2"), rfc(10017), cheatSheet("Cross-Site_Request_Forgery_Prevention")],
  change:
    "Refuse with 403 what has no header of your own (X-Sojourn: 1) and what is neither JSON nor empty, before anything else is looked at.",
  run: async (lab) =>
    foundIf(await lab.forged(), "forms, plain text, and posts without the header were refused"),
};
