type Child = Node | string | false | undefined;
type Value = string | number | boolean | undefined | ((event: Event) => void);
type Attributes = Readonly<Record<string, Value>>;

/** Makes an element. `onclick` and the like are listeners; `false` and `undefined` leave an attribute or a child out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dress<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** Changes the text only where it differs: a live region speaks at every change, also at one to the same words. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Nothing can be asked of a button for now. It keeps the focus, which `disabled` would take. `busy`: it is what was asked. */
export function hold(button: HTMLButtonElement, held: boolean, busy = held): void {
  button.ariaDisabled = held ? "true" : null;
  button.ariaBusy = busy ? "true" : null;
}

/** Runs for as long as `signal` is not aborted: a view ends with the screen it is on. */
export function watch<T>(
  source: { subscribe(run: (value: T) => void): () => void },
  run: (value: T) => void,
  signal: AbortSignal,
): void {
  signal.addEventListener("abort", source.subscribe(run));
}
