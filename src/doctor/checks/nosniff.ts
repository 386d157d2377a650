import { type Check, foundIf } from "../check.js";
import { nameOf } from "../client.js";
import { asvs } from "../sources.js";

export const nosniff: Check = {
  id: "nosniff",
  title: "Replies are what they say they are",
  weight: "should",
  why: "A browser that guesses may take a reply with the user's own text in it for a page or a script of your origin.",
  sources: [asvs("V3.4.4")],
  change: "X-Content-Type-Options: nosniff with every reply, and the right Content-Type.",
  async run(lab) {
    const { all } = await lab.life();
    const wrong = all
      .filter(
        ({ text, headers }) =>
          text !== "" && headers.get("x-content-type-options")?.toLowerCase() !== "nosniff",
      )
      .map((exchange) => `${nameOf(exchange)} has no X-Content-Type-Options: nosniff`);
    return foundIf(wrong, "all have nosniff");
  },
};
