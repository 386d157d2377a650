import { type Check, found, passed } from "../check.js";
import { IDEMPOTENCY } from "../sources.js";

export const lostReply: Check = {
  id: "lost-reply",
  title: "A refresh whose reply was lost can be repeated",
  weight: "should",
  why: "Replies get lost in lifts and when laptops are closed. The next attempt comes with the token that is spent by now, and an honest user is signed out.",
  sources: [IDEMPOTENCY],
  change:
    "Answer the same Idempotency-Key with the same successor for a while, or accept the last token for some seconds (docs/servers.md, “Lost replies”).",
  async run(lab) {
    const { answered, survived } = await lab.repeated();
    if (!answered) return found("the same refresh was sent again, as after a lost reply, and was refused");
    return survived
      ? passed("the same refresh, sent again, was answered with a credential that works")
      : found("the same refresh, sent again, was answered, and the session was over");
  },
};
