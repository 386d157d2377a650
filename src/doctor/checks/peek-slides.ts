import { type Check, found, notRun, passed } from "../check.js";
import { MOVED } from "../experiments/slides.js";
import { asvs, NIST } from "../sources.js";

export const peekSlides: Check = {
  id: "peek-slides",
  title: "Reading the session does not extend it",
  weight: "must",
  why: "Every open tab looks at the session now and then: a session that looks extend never becomes idle, with nobody there.",
  sources: [asvs("V7.3.1"), NIST],
  change:
    "Let only the request that stands for the user's activity (touch) move the idle limit; switch rolling sessions off for this route.",
  async run(lab) {
    const { peeked } = await lab.slides();
    if (peeked === undefined) return notRun("the server does not tell its idle limit; --wait waits for it");
    if (peeked >= MOVED) return passed("the idle limit came nearer while the session was only looked at");
    if (lab.target.convention.peekSlides)
      return passed("it does, and the preset knows: the session is read at the start and never again");
    return found("the idle limit moved away when the session was read");
  },
};
