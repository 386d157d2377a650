import { randomUUID } from "node:crypto";
import { type Check, found, notRun, passed } from "../check.js";
import { granted } from "../decisive.js";
import { IDEMPOTENCY } from "../sources.js";

export const twoRefreshes: Check = {
  id: "two-refreshes",
  title: "Two refreshes at the same instant end nothing",
  weight: "should",
  why: "A request that a browser gave up on may still arrive, together with the one that took its place: nobody has stolen anything.",
  sources: [IDEMPOTENCY],
  change:
    "Decide about a refresh token in one atomic step, and answer the second request with the same Idempotency-Key as the first.",
  async run(lab) {
    if (!(await lab.repeated()).survived)
      return notRun("one after the other is too much already: see lost-reply");
    const client = await lab.session();
    const other = client.copy();
    const key = randomUUID();
    const asked = await Promise.all([client.ask("refresh", key), other.ask("refresh", key)]);
    const winner = asked[0].outcome === "told" ? client : other;
    const answered = asked.some(({ outcome }) => outcome === "told");
    if (answered && !(await winner.lives()))
      return found("one of the two was answered, and the session was over");
    // One that a limit has kept away has met no other.
    return asked.map(granted).some(Boolean) ? passed("the session went on") : found("both were refused");
  },
};
