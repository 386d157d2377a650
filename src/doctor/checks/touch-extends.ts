import { type Check, found, notRun, passed } from "../check.js";
import { MOVED } from "../experiments/slides.js";

export const touchExtends: Check = {
  id: "touch-extends",
  title: "The user's activity extends the session",
  weight: "must",
  why: "“Stay signed in” would do nothing, and users would be signed out while they work.",
  sources: [{ name: "WCAG 2.2, 2.2.1", url: "https://www.w3.org/TR/WCAG22/#timing-adjustable" }],
  change: "Let touch move the idle limit, or tell in the convention when it does (`slides`).",
  async run(lab) {
    lab.needs("peek", "touch");
    const { slides = "always" } = lab.target.convention;
    if (slides !== "always")
      return notRun(`the preset says that a touch extends only now and then ("${slides}")`);
    const { touched } = await lab.slides();
    if (touched === undefined) return notRun("the server does not tell its idle limit");
    return touched < MOVED
      ? passed("a touch moved the idle limit")
      : found("the idle limit is no further away after a touch");
  },
};
