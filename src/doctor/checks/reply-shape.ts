import { type Check, foundIf } from "../check.js";
import type { Asked } from "../client.js";
import { nameOf } from "../client.js";
import { LONGEST } from "../experiments/slides.js";
import { rfc } from "../sources.js";

const TOO_FAST = 100;

export const replyShape: Check = {
  id: "reply-shape",
  title: "Replies are what the preset says",
  weight: "must",
  why: "What Sojourn cannot read it takes for a passing fault: it tries again, and the limits are guesses.",
  sources: [rfc(6749, "5.1")],
  change:
    "Answer as the preset's page says (docs/servers.md), choose another preset, or describe your own four verbs.",
  async run(lab) {
    const { peek, touch, refresh, end } = await lab.life();
    const seen: string[] = [];
    for (const [verb, asked] of Object.entries({ peek, touch, refresh, end })) {
      if (!asked) continue;
      if (asked.outcome !== "told") seen.push(problemOf(verb, asked));
      const { idle, absolute, access } = asked.told ?? {};
      for (const [name, ms] of Object.entries({ idle, absolute, access }))
        if (ms !== undefined && Number.isFinite(ms) && ms > LONGEST)
          seen.push(
            `${verb} tells an ${name} limit of ${Math.round(ms / 86_400_000)} days: a time of day for a lifetime?`,
          );
      if (idle !== undefined && absolute !== undefined && verb !== "end" && idle > absolute + 1000)
        seen.push(`${verb} tells an idle limit that is after the absolute one`);
    }
    const { peeked = 1 } = await lab.slides().catch(() => ({ peeked: 1 }));
    if (peeked > TOO_FAST)
      seen.push(
        "the idle limit that peek tells comes nearer much faster than time goes by: milliseconds for seconds?",
      );
    return foundIf(seen, "peek, touch, refresh and sign-out, as far as the preset has them, were understood");
  },
};

function problemOf(verb: string, { outcome, problem, exchanges }: Asked): string {
  const last = exchanges.at(-1);
  const where = last ? ` (${nameOf(last)} → ${last.status})` : "";
  return outcome === "failed"
    ? `${verb}${where}: ${problem}`
    : `${verb}${where} says that nobody is signed in`;
}
