import { type Check, found, notRun, passed } from "../check.js";
import { granted } from "../decisive.js";
import { asvs, rfc } from "../sources.js";

export const signOutRefresh: Check = {
  id: "sign-out-refresh",
  title: "After the sign-out the refresh token is dead",
  weight: "must",
  why: "The refresh token is the longest-lived of all: with it a thief makes the session anew.",
  sources: [asvs("V7.4.1"), rfc(7009, "2.1")],
  change: "Revoke the refresh token, and its family, at the sign-out.",
  async run(lab) {
    lab.needs("end", "refresh");
    const { end, before } = await lab.life();
    if (end?.outcome !== "told") return notRun("the sign-out was not understood: see reply-shape");
    return granted(await before.copy().ask("refresh"))
      ? found("the refresh token of before got a new credential")
      : passed("it was refused");
  },
};
