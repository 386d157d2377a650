import { h, say } from "../element/dom.js";
import type { Decision } from "./recording.js";
import { clockTime } from "./time.js";
import { inputInWords } from "./words.js";

export interface Scrubber {
  readonly element: HTMLElement;
  show(decisions: readonly Decision[], chosen: number | undefined): void;
}

/** Goes through the decisions, one by one. Its right end is now. */
export function createScrubber(choose: (number: number | undefined) => void): Scrubber {
  const range = h("input", { type: "range", min: "0", step: "1", "aria-label": "Moment" });
  const where = h("span", { class: "where", role: "status" });
  const now = h("button", { type: "button" });
  say(now, "Back to now");
  let last: readonly Decision[] = [];

  range.addEventListener("input", () => choose(last[range.valueAsNumber]?.number));
  now.addEventListener("click", () => {
    choose(undefined);
    // The button goes away.
    range.focus();
  });

  return {
    element: h("div", { class: "scrubber" }, range, where, now),
    show(decisions, chosen) {
      last = decisions;
      const index = decisions.findIndex(({ number }) => number === chosen);
      const decision = decisions[index];
      range.max = String(decisions.length);
      range.disabled = !decisions.length;
      range.valueAsNumber = decision ? index : decisions.length;
      now.hidden = !decision;
      const past = decision && `${clockTime(decision.input.now)}, ${inputInWords(decision.input)[0]}`;
      range.setAttribute("aria-valuetext", past ?? "Now");
      say(where, past ? `The past: ${index + 1} of ${decisions.length}` : "Now");
    },
  };
}
