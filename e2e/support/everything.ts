/**
 * Runs in a page: all that is on it, also what cannot be seen. The markup, with that of shadow trees, and what stands in
 * fields: the value of a `<textarea>` is in no markup.
 */
export function everything(): string {
  const within = (root: Document | ShadowRoot): string[] => [
    ...[...root.children].map(({ outerHTML }) => outerHTML),
    ...[...root.querySelectorAll("*")].flatMap((element) => [
      ...("value" in element ? [String(element.value)] : []),
      ...(element.shadowRoot ? within(element.shadowRoot) : []),
    ]),
  ];
  return within(document).join("\n");
}
