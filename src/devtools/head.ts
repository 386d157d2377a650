import { h, say } from "../element/dom.js";
import { shorten } from "./redact.js";
import { relative } from "./time.js";
import type { View } from "./view.js";
import { originInWords } from "./words.js";

/** A part of the panel. */
export interface Part {
  readonly element: HTMLElement;
  show(view: View): void;
}

/** What belongs to a status. */
function because({ shown, now }: View): string {
  switch (shown.status) {
    case "warning":
      return `${shown.limit} limit ${relative(shown.deadlineAt, now)}${shown.extendable ? "" : ", cannot be extended"}`;
    case "ended":
      return `${shown.reason}, by ${originInWords(shown.origin)}`;
    default:
      return "";
  }
}

/** Status, and what belongs to it. */
export function createHead(): Part {
  const status = h("strong", { class: "status" });
  const about = h("span", { class: "about" });
  const facts = h("dl", { class: "chips" });
  const values = new Map<string, HTMLElement>();
  const element = h("header", {}, h("h2", {}, status, about), facts);

  function chip(name: string, value: string | undefined) {
    let shown = values.get(name);
    if (!shown) {
      shown = h("dd", {});
      values.set(name, shown);
      const term = h("dt", {});
      say(term, name);
      facts.append(h("div", {}, term, shown));
    }
    (shown.parentElement as HTMLElement).hidden = value === undefined;
    say(shown, value ?? "");
  }

  return {
    element,
    show(view) {
      const { shown, state, tab, storage, user, past } = view;
      element.dataset.status = shown.status;
      say(status, shown.status);
      say(about, because(view));
      chip("connection", shown.connection);
      chip("user", user);
      chip("epoch", String(state.record?.epoch ?? "–"));
      chip("sequence", String(state.record?.sequence ?? "–"));
      chip("tab", shorten(tab));
      chip("page", state.visible ? "visible" : "hidden");
      chip("storage", past ? undefined : storage);
    },
  };
}
