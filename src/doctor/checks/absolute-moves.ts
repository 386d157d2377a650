import { type Check, foundIf, notRun } from "../check.js";
import { MOVED } from "../experiments/slides.js";
import { asvs, NIST } from "../sources.js";

export const absoluteMoves: Check = {
  id: "absolute-moves",
  title: "Nothing moves the absolute limit",
  weight: "must",
  why: "Whoever has stolen a session could keep it for ever by using it.",
  sources: [asvs("V7.3.2"), NIST],
  change: "Count the absolute limit from the sign-in, whatever happens to the session later.",
  async run(lab) {
    const { absoluteRefreshed, absoluteTouched, unrefreshed } = await lab.slides();
    if (absoluteRefreshed === undefined) return notRun("the server does not tell an absolute limit");
    const seen: string[] = [];
    if (absoluteRefreshed < MOVED) seen.push("a refresh moved the absolute limit");
    else if (absoluteTouched !== undefined && absoluteTouched < MOVED)
      seen.push("a touch moved the absolute limit");
    if (seen.length === 0 && unrefreshed) return notRun("the session could not be refreshed");
    return foundIf(seen, "it came nearer whatever was done");
  },
};
