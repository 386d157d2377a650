import { type Check, foundIf, notRun } from "../check.js";
import { isExpired } from "../cookies.js";
import { credentialCookies, NONE_SET } from "../credentials.js";
import { asvs, CLEAR_SITE_DATA } from "../sources.js";

export const signOutClears: Check = {
  id: "sign-out-clears",
  title: "The sign-out clears the browser",
  weight: "should",
  why: "Cookies, cached replies and stored data stay on a computer that the next user sits down at.",
  sources: [asvs("V14.3.1"), CLEAR_SITE_DATA],
  change:
    'Expire your own cookies, and send Clear-Site-Data: "cache", "storage" ("cookies" would sign the user out of sibling subdomains, too).',
  async run(lab) {
    lab.cookiesOnly();
    lab.needs("end");
    const { end, all } = await lab.life();
    if (end?.outcome !== "told") return notRun("the sign-out was not understood: see reply-shape");
    const replies = end.exchanges;
    const cleared = replies.map(({ headers }) => headers.get("clear-site-data") ?? "").join();
    const everything = cleared.includes('"*"');
    const allCookies = everything || cleared.includes('"cookies"');
    const gone = new Set(replies.flatMap(({ cookies }) => cookies.filter(isExpired).map(({ name }) => name)));
    const earlier = new Set(all.flatMap(({ cookies }) => cookies.filter(isExpired).map(({ name }) => name)));
    const cookies = await credentialCookies(lab, all);
    const seen = cookies
      .filter(({ name }) => !gone.has(name) && !earlier.has(name) && !allCookies)
      .map(({ name }) => `${name} is not expired`);
    for (const kind of ["cache", "storage"])
      if (!everything && !cleared.includes(`"${kind}"`)) seen.push(`Clear-Site-Data does not name "${kind}"`);
    if (seen.length === 0 && cookies.length === 0 && !allCookies) return notRun(NONE_SET);
    return foundIf(seen, "cookies are expired, cache and storage cleared");
  },
};
