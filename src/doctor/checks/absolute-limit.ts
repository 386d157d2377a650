import { type Check, foundIf } from "../check.js";
import { limitOf, waitFor } from "../experiments/limits.js";
import { asvs, NIST } from "../sources.js";

export const absoluteLimit: Check = {
  id: "absolute-limit",
  title: "The server ends a session at its absolute limit",
  weight: "must",
  why: "A stolen session that is kept busy lives for ever.",
  sources: [asvs("V7.3.2"), NIST],
  change:
    "Note the time of the sign-in with the session, and refuse it when the limit is over, whatever has happened since.",
  async run(lab) {
    lab.needs("peek", "touch");
    const { absolute, idle = lab.target.idle } = (await lab.life()).peek?.told ?? {};
    const limit = limitOf(lab, "absolute", absolute);
    const busy = await lab.session();
    // Often enough for it not to end as idle.
    await waitFor(lab, "absolute", limit, (idle ?? limit) / 3, async () => {
      await busy.ask("touch");
    });
    return foundIf(
      (await busy.lives()) ? ["a session in use was still there after its absolute limit"] : [],
      "a session in use was over at its limit",
    );
  },
};
