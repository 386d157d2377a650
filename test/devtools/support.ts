import { createDevtools, type DevtoolsOptions, type SessionDevtools } from "sojourn/devtools";
import type { Tab } from "sojourn/testing";
import { afterEach } from "vitest";

const open: SessionDevtools[] = [];
afterEach(() => {
  for (const devtools of open.splice(0)) devtools.stop();
  document.body.replaceChildren();
});

/** Watches the session of a tab. */
export function watch<User>(tab: Tab<User>, options: DevtoolsOptions = {}): SessionDevtools {
  const devtools = createDevtools(tab.session, options);
  open.push(devtools);
  return devtools;
}

/** What can be read, without what is hidden. */
function textOf(element: Element | null | undefined): string {
  const copy = element?.cloneNode(true) as Element | undefined;
  for (const hidden of copy?.querySelectorAll("[hidden]") ?? []) hidden.remove();
  return copy?.textContent?.replaceAll(/\s+/g, " ").trim() ?? "";
}

/** A panel, by what can be read and pressed on it. */
export class Panel {
  readonly place = document.createElement("div");

  constructor(readonly devtools: SessionDevtools) {
    document.body.append(this.place);
    devtools.render(this.place);
  }

  get root(): ShadowRoot {
    const root = this.place.firstElementChild?.shadowRoot;
    if (!root) throw new Error("There is no panel.");
    return root;
  }
  #all<E extends HTMLElement>(selector: string): E[] {
    return [...this.root.querySelectorAll<E>(selector)].filter((it) => !it.closest("[hidden]"));
  }
  /** `"warning idle limit in 2 min"` */
  get head(): string {
    return this.#all("h2 > *").map(textOf).filter(Boolean).join(" ");
  }
  fact(name: string): string | undefined {
    const term = this.#all("dt").find((it) => textOf(it) === name);
    return term && textOf(term.nextElementSibling);
  }
  section(name: string): string {
    return textOf(this.#all(`section[aria-label=${name}] > :last-child`)[0]);
  }
  get bars(): Record<string, string | null> {
    return Object.fromEntries(
      this.#all("[role=meter]").map((it) => [
        it.getAttribute("aria-label"),
        it.getAttribute("aria-valuetext"),
      ]),
    );
  }
  get rows(): HTMLElement[] {
    return this.#all("[role=option]");
  }
  /** The timeline without its times, the newest first. */
  get timeline(): string[] {
    return this.rows.map((row) =>
      [...row.children]
        .slice(1)
        .map((part) => [...part.children].map(textOf).filter(Boolean).join(" | "))
        .filter(Boolean)
        .join(" ⇒ "),
    );
  }
  row(text: string): HTMLElement {
    const row = this.rows.find((it) => textOf(it).includes(text));
    if (!row) throw new Error(`No row says "${text}": ${this.timeline.join("\n")}`);
    return row;
  }
  button(name: string): HTMLButtonElement {
    const button = this.#all<HTMLButtonElement>("button").find((it) => textOf(it) === name);
    if (!button) throw new Error(`There is no button "${name}".`);
    return button;
  }
  get range(): HTMLInputElement {
    return this.#all<HTMLInputElement>("[type=range]")[0];
  }
  get where(): string {
    return textOf(this.#all(".where")[0]);
  }
  scrub(to: number): void {
    this.range.valueAsNumber = to;
    this.range.dispatchEvent(new Event("input"));
  }
  press(row: HTMLElement, key: string): void {
    row.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
  get focused(): string {
    return textOf(this.root.activeElement);
  }
  /** Everything that is in the panel: what is shown, what is hidden, every attribute. */
  get everything(): string {
    const attributes = [...this.root.querySelectorAll("*")].flatMap((it) =>
      [...it.attributes].map(({ value }) => value),
    );
    return [this.root.textContent, ...attributes].join("\n");
  }
}
