/** A modal dialog that stays above every other, also above one that is opened later. */
export interface Layer {
  /** Opens the dialog on top, or brings it there. */
  raise(): void;
  /** Brings it there if something has come above it. */
  hold(): void;
}

export function createLayer(host: Element, dialog: HTMLDialogElement, focus: () => void): Layer {
  /** Libraries that open a modal hide or disable everything beside it, and so perhaps this dialog. */
  function uncover() {
    for (let node: Node | null = host; node; node = node.parentNode ?? (node as ShadowRoot).host ?? null)
      if (node instanceof Element) {
        node.removeAttribute("inert");
        node.removeAttribute("aria-hidden");
      }
  }
  const layer = {
    raise() {
      uncover();
      if (dialog.open) dialog.close();
      dialog.showModal();
      focus();
    },
    hold() {
      uncover();
      const root = host.getRootNode() as Document | ShadowRoot;
      const top = root.elementFromPoint(innerWidth / 2, innerHeight / 2);
      if (top && !host.contains(top)) layer.raise();
    },
  };
  return layer;
}
