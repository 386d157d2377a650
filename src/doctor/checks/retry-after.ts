import { type Check, foundIf, notRun } from "../check.js";
import { nameOf } from "../client.js";
import { rfc } from "../sources.js";

export const retryAfter: Check = {
  id: "retry-after",
  title: "Whoever is throttled is told for how long",
  weight: "should",
  why: "A client that is not told tries again too early, and so do all the others at the same moment.",
  sources: [rfc(6585, "4"), rfc(9110, "10.2.3")],
  change: "Retry-After, in seconds, with every 429 and 503.",
  async run({ target: { throttled } }) {
    if (throttled.length === 0) return notRun("nothing was throttled; --attempts 20 may get there");
    const wrong = throttled
      .filter(({ headers }) => !headers.has("retry-after"))
      .map((exchange) => `${nameOf(exchange)} (${exchange.status}) has no Retry-After`);
    return foundIf(wrong, "what was throttled had a Retry-After");
  },
};
