import { sessionTimes } from "../app/texts.js";
import type { ListedSession, YourSessionsModel, YourSessionsState } from "../app/your-sessions.js";
import { h, hold, say } from "./h.js";

interface Row {
  readonly element: HTMLLIElement;
  show(it: ListedSession, under: YourSessionsState["under"]): void;
}

/**
 * A row for each session. A row that stays is not touched, so it keeps the focus; when one goes that had it, the row in
 * its place takes it, and not the button in there: a key that is held down must not end one session after the other.
 */
export function sessionList(model: YourSessionsModel) {
  const element = h("ul", { class: "sessions", "aria-labelledby": "sessions-title" });
  const rows = new Map<number, Row>();

  const focus = (place = 0) =>
    (element.children[Math.min(place, element.childElementCount - 1)] as HTMLElement | undefined)?.focus();

  return {
    element,
    focus,
    show({ list = [], under }: YourSessionsState) {
      const place = [...element.children].findIndex((row) => row.contains(document.activeElement));
      for (const [epoch, row] of rows) {
        if (list.some((it) => it.epoch === epoch)) continue;
        row.element.remove();
        rows.delete(epoch);
      }
      for (const [index, it] of list.entries()) {
        const row = rows.get(it.epoch) ?? sessionRow(it, model);
        rows.set(it.epoch, row);
        row.show(it, under);
        const there = element.children[index];
        if (there !== row.element) element.insertBefore(row.element, there ?? null);
      }
      if (place >= 0 && !element.contains(document.activeElement)) focus(place);
    },
  };
}

function sessionRow(session: ListedSession, model: YourSessionsModel): Row {
  const { epoch, browser, current } = session;
  const times = [h("p"), h("p")] as const;
  const button = h(
    "button",
    { type: "button", class: "button", onclick: () => void model.end(session) },
    "Sign out",
    h("span", { class: "visually-hidden" }, ` ${browser}`),
  );
  return {
    element: h(
      "li",
      { class: "session", tabindex: -1 },
      h(
        "div",
        {},
        h("p", { class: "session-browser" }, browser, current && h("span", { class: "plate" }, "This one")),
        ...times,
      ),
      !current && button,
    ),
    show(it, under) {
      const [since, seen] = sessionTimes(it);
      say(times[0], since);
      say(times[1], seen);
      hold(button, under !== undefined, under === epoch);
    },
  };
}
