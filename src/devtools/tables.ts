import { h, say } from "../element/dom.js";
import { changes, type Fact, inputFacts, recordFacts } from "./facts.js";
import type { Part } from "./head.js";
import { shorten } from "./redact.js";
import { clockTime, relative } from "./time.js";
import { tabsSeen, type View } from "./view.js";
import { effectInWords, inputInWords } from "./words.js";

const text = (tag: "dt" | "dd" | "th" | "td" | "h4" | "p" | "li", said: string, more = {}) => {
  const element = h(tag, more);
  say(element, said);
  return element;
};

/** Facts as a list, made anew only when they say something else. */
function factList() {
  const element = h("dl", { class: "facts" });
  let last = "";
  return {
    element,
    show(facts: readonly Fact[]) {
      const key = facts.join("\n");
      if (key === last) return;
      last = key;
      element.replaceChildren(
        ...facts.map(([name, value]) => h("div", {}, text("dt", name), text("dd", value))),
      );
    },
  };
}

/** The facts that the tabs share. */
export function createRecord(): Part {
  const list = factList();
  const none = text("p", "There is no record.", { class: "none" });
  return {
    element: h("div", {}, none, list.element),
    show({ state, wall }) {
      none.hidden = !!state.record;
      list.show(recordFacts(state.record, wall));
    },
  };
}

/** This tab, and those that were heard of. */
export function createTabs(): Part {
  const list = factList();
  return {
    element: list.element,
    show(view) {
      list.show([
        [shorten(view.tab), "this tab"],
        ...tabsSeen(view).map(({ tab, heardAt, messages }): Fact => {
          const count = messages === 1 ? "1 message" : `${messages} messages`;
          return [shorten(tab), `${messages ? count : "on record"}, ${relative(heardAt, view.now)}`];
        }),
      ]);
    },
  };
}

/** One decision: what happened, what was asked for, what changed. */
export function createDetails(): Part {
  const element = h("div", { class: "details" });
  let shown: View["past"] | null = null;

  function fill({ past }: View) {
    if (!past) {
      element.replaceChildren(text("p", "Choose a decision to see what it was made of.", { class: "none" }));
      return;
    }
    const { input, effects, before, state } = past;
    const [what, about] = inputInWords(input);
    const facts = factList();
    facts.show([["at", clockTime(input.now)], ...inputFacts(input)]);
    const asked = effects.map((effect) => text("li", effectInWords(effect)));
    const rows = changes(before, state, input).map(([name, from, to]) =>
      h("tr", {}, text("th", name, { scope: "row" }), text("td", from), text("td", to)),
    );
    const head = h(
      "tr",
      {},
      ...["Fact", "Before", "After"].map((name) => text("th", name, { scope: "col" })),
    );
    element.replaceChildren(
      text("h4", about ? `${what}: ${about}` : what),
      facts.element,
      text("h4", "Asked for"),
      asked.length ? h("ul", { class: "asked" }, ...asked) : text("p", "Nothing.", { class: "none" }),
      text("h4", "Changed"),
      rows.length
        ? h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows))
        : text("p", "Nothing.", { class: "none" }),
    );
  }
  return {
    element,
    show(view) {
      if (view.past === shown) return;
      shown = view.past;
      fill(view);
    },
  };
}
