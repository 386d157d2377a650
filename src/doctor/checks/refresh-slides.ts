import { type Check, found, notRun, passed } from "../check.js";
import { MOVED } from "../experiments/slides.js";
import { asvs, NIST } from "../sources.js";

export const refreshSlides: Check = {
  id: "refresh-slides",
  title: "A refresh does not count as activity",
  weight: "must",
  why: "Credentials are refreshed without the user: a page that is left open would stay signed in for ever.",
  sources: [NIST, asvs("V7.3.1")],
  change: "Renew the credential and leave the idle limit where it is.",
  async run(lab) {
    lab.needs("refresh");
    const { peeked, refreshed, unrefreshed } = await lab.slides();
    if (unrefreshed) return notRun("the session could not be refreshed");
    if (refreshed === undefined)
      return notRun("the server does not tell its idle limit; --wait waits for it");
    if (refreshed >= MOVED) return passed("the idle limit stayed where it was");
    if (peeked !== undefined && peeked < MOVED)
      return notRun("reading the session moves the limit already: what else does cannot be seen");
    return found("the idle limit moved away with a refresh");
  },
};
