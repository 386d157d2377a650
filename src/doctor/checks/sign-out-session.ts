import { type Check, foundIf, notRun } from "../check.js";
import { type Exchange, nameOf } from "../client.js";
import { decisive } from "../decisive.js";
import { asvs, cheatSheet } from "../sources.js";

export const signOutSession: Check = {
  id: "sign-out-session",
  title: "After the sign-out the session opens nothing",
  weight: "must",
  why: "Whoever has a copy of the cookie or the token, from another tab, a log or a backup, goes on where the user has left.",
  sources: [asvs("V7.4.1"), cheatSheet("Session_Management")],
  change: "End the session on the server; to delete the cookie is not enough.",
  async run(lab) {
    lab.needs("end");
    const { convention, protected: address } = lab.target;
    const { end, before, protected: honest } = await lab.life();
    if (end?.outcome !== "told") return notRun("the sign-out was not understood: see reply-shape");
    if (!convention.peek && address === undefined)
      return notRun("the preset cannot read a session; name an address that needs one (--protected)");
    const seen: string[] = [];
    const tab = before.copy();
    if (convention.peek && (await tab.lives())) seen.push("the session of before can still be read");
    if (address !== undefined) {
      const exchange = await before.copy().protected(address);
      // A sign-in page may say 200, too.
      const type = (one: Exchange | undefined) => one?.headers.get("content-type");
      if (exchange.status < 300 && type(exchange) === type(honest))
        seen.push(`${nameOf(exchange)} is still answered`);
      else if (seen.length === 0) decisive(exchange);
    }
    return foundIf(seen, "what opened it before was refused");
  },
};
