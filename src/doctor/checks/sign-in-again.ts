import { type Check, foundIf } from "../check.js";
import { asvs, cheatSheet } from "../sources.js";

export const signInAgain: Check = {
  id: "sign-in-again",
  title: "Signing in again ends the session of before",
  weight: "must",
  why: "The old session stays open although nobody uses it, and whoever has its id has the user's account.",
  sources: [asvs("V7.2.4"), cheatSheet("Session_Management")],
  change: "End the session that comes with a sign-in, and give out a new id.",
  async run(lab) {
    lab.needs("peek");
    lab.cookiesOnly();
    const client = await lab.session();
    const before = client.copy();
    await lab.session(client);
    return foundIf(
      (await before.lives()) ? ["the session of before could still be read"] : [],
      "it was over",
    );
  },
};
