import { h, say } from "../element/dom.js";
import type { Decision } from "./recording.js";
import { clockTime } from "./time.js";
import { effectInWords, inputInWords } from "./words.js";

/** Of what happens all the time only that is worth a line of which something follows. */
const QUIET = new Set<Decision["input"]["type"]>(["tick", "activity", "settled", "visible", "alive"]);
const quiet = ({ input, effects, before, state }: Decision) =>
  QUIET.has(input.type) && !effects.length && before.status === state.status;

function createRow(decision: Decision): HTMLElement {
  const { input, effects, before, state, number } = decision;
  const [what, about] = inputInWords(input);
  const span = (name: string, said: string) => {
    const element = h("span", { class: name });
    say(element, said);
    return element;
  };
  const changed = before.status === state.status ? [] : [span("chip became", `→ ${state.status}`)];
  const row = h(
    "li",
    { role: "option", tabindex: "-1", "aria-selected": "false" },
    span("time", clockTime(input.now)),
    h("span", { class: "what" }, span("name", what), span("about", about)),
    h(
      "span",
      { class: "follows" },
      ...changed,
      ...effects.map((effect) => span(`chip ${effect.type}`, effectInWords(effect))),
    ),
  );
  row.dataset.number = String(number);
  row.dataset.status = state.status;
  return row;
}

export interface Timeline {
  readonly element: HTMLElement;
  show(decisions: readonly Decision[], chosen: number | undefined): void;
}

/** The decisions, the newest first. `choose`: one of them, or now. */
export function createTimeline(choose: (number: number | undefined) => void): Timeline {
  const list = h("ul", { role: "listbox", "aria-label": "Timeline", class: "rows" });
  const none = h("p", { class: "none" });
  say(none, "Nothing was decided yet.");
  const all = h("input", { type: "checkbox" });
  const allText = h("span", {});
  const rows = new Map<number, { readonly element: HTMLElement; readonly silent: boolean }>();
  let last: readonly Decision[] = [];
  let current: number | undefined;
  let selected: HTMLElement | undefined;
  let entry: HTMLElement | undefined;

  /** Rows come and go at the ends; between them nothing is touched that stays as it is. */
  function show(decisions: readonly Decision[], chosen: number | undefined) {
    last = decisions;
    current = chosen;
    const oldest = decisions[0]?.number ?? Infinity;
    for (const [number, { element }] of rows) {
      if (number >= oldest) break;
      element.remove();
      rows.delete(number);
    }
    for (const decision of decisions)
      if (!rows.has(decision.number)) {
        const element = createRow(decision);
        rows.set(decision.number, { element, silent: quiet(decision) });
        list.prepend(element);
      }
    let hidden = 0;
    for (const [number, { element, silent }] of rows) {
      if (silent) hidden++;
      const hide = silent && !all.checked && number !== chosen;
      if (element.hidden !== hide) element.hidden = hide;
    }
    none.hidden = decisions.length > 0;
    say(allText, `Quiet ones too (${hidden})`);

    selected?.setAttribute("aria-selected", "false");
    selected = rows.get(chosen ?? 0)?.element;
    selected?.setAttribute("aria-selected", "true");
    if (entry) entry.tabIndex = -1;
    entry = selected ?? visible()[0];
    if (entry) entry.tabIndex = 0;
  }

  const visible = () => ([...list.children] as HTMLElement[]).filter((row) => !row.hidden);
  const numberOf = (row: HTMLElement) => Number(row.dataset.number);

  function go(row: HTMLElement | undefined) {
    if (!row) return;
    choose(numberOf(row));
    row.focus();
    row.scrollIntoView?.({ block: "nearest" });
  }

  list.addEventListener("click", (event) => {
    const row = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (!row) return;
    if (numberOf(row) === current) choose(undefined);
    else go(row);
  });
  list.addEventListener("keydown", (event) => {
    const shown = visible();
    const at = shown.indexOf(event.target as HTMLElement);
    const to: Record<string, number> = {
      ArrowDown: Math.min(at + 1, shown.length - 1),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: shown.length - 1,
      Enter: at,
      " ": at,
    };
    const index = to[event.key];
    if (event.key === "Escape") choose(undefined);
    else if (index !== undefined) go(shown[index]);
    else return;
    event.preventDefault();
  });
  all.addEventListener("change", () => show(last, current));

  const element = h("div", {}, h("label", { class: "quiet" }, all, allText), none, list);
  return { element, show };
}
