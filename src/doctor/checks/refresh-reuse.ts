import { type Check, found, notRun, passed } from "../check.js";
import { rfc } from "../sources.js";

export const refreshReuse: Check = {
  id: "refresh-reuse",
  title: "A spent refresh token is refused",
  weight: "must",
  why: "Rotation protects nobody while the old tokens go on working.",
  sources: [rfc(9700, "4.14.2")],
  change: "Refuse a refresh token that has been used; a grace window is for the last one only, and short.",
  async run(lab) {
    const { rotated, accepted } = await lab.spent();
    if (!rotated) return notRun("a refresh spends nothing: see refresh-rotates");
    return accepted
      ? found("a refresh token that was spent two refreshes ago got a new one")
      : passed("one that was spent two refreshes ago was refused");
  },
};
