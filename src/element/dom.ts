type Attributes = Readonly<Record<string, string>>;

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Node[]): E {
  for (const name in attributes) element.setAttribute(name, attributes[name] as string);
  element.append(...children);
  return element;
}

/** An HTML element. Text is set as text later: no markup is ever parsed (Trusted Types). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Sets a text that is not there yet: a live region speaks of every change. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
