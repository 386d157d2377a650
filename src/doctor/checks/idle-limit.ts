import { type Check, foundIf } from "../check.js";
import { granted } from "../decisive.js";
import { limitOf, waitFor } from "../experiments/limits.js";
import { asvs, NIST } from "../sources.js";

export const idleLimit: Check = {
  id: "idle-limit",
  title: "The server ends a session that nobody uses",
  weight: "must",
  why: "What the browser does at the limit is a courtesy. Whoever has the cookie does not have your page running.",
  sources: [asvs("V7.3.1"), asvs("V7.2.1"), NIST],
  change:
    "Note the time of the last touch with the session, and refuse the session when the limit is over, on every route; reading and refreshing do not count.",
  async run(lab) {
    lab.needs("peek");
    const { convention } = lab.target;
    const limit = limitOf(lab, "idle", (await lab.life()).peek?.told?.idle);
    const quiet = await lab.session();
    const read = convention.peekSlides ? undefined : await lab.session();
    const refreshed = convention.refresh && (await lab.session());
    await waitFor(lab, "idle", limit, limit / 4, async () => {
      await read?.ask("peek");
      await refreshed?.ask("refresh");
    });
    const seen: string[] = [];
    const spare = quiet.copy();
    const unused = await quiet.lives();
    if (unused) seen.push("a session that nobody used was still there after the idle limit");
    if (await read?.lives()) seen.push("a session that was only read was still there after the idle limit");
    if (refreshed && (await refreshed.lives()))
      seen.push("a session that was only refreshed was still there after the idle limit");
    // Last: where it is neither granted nor refused, what was seen before stays seen.
    if (!unused && convention.refresh) {
      const asked = await spare.ask("refresh");
      if (seen.length > 0 ? asked.outcome === "told" : granted(asked))
        seen.push("after the idle limit a refresh brought the session back");
    }
    return foundIf(seen, "it was over, and so was one that was only read or refreshed");
  },
};
