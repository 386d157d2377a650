import { type Check, found, notRun, passed } from "../check.js";
import { rfc } from "../sources.js";

export const reuseRevokes: Check = {
  id: "reuse-revokes",
  title: "The reuse of a refresh token ends the session",
  weight: "must",
  why: "A spent token that comes back was stolen, or its successor was: which of the two is in the thief's hands nobody can tell.",
  sources: [rfc(9700, "4.14.2")],
  change: "Revoke the whole family of tokens when a spent one comes back outside of the grace window.",
  async run(lab) {
    const { rotated, accepted, survived } = await lab.spent();
    if (!rotated || accepted)
      return notRun("a spent token is not even refused: see refresh-rotates and refresh-reuse");
    return survived
      ? found("a spent token came back, and the session went on with the current one")
      : passed("when a spent token came back the session was over, for the thief and for the user");
  },
};
