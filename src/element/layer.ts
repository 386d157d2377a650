/** A modal dialog that stays above every other, also above one that is opened later. */
export interface Layer {
  /** Opens the dialog on top, or brings it there. */
  raise(): void;
  /** Brings it there if something has come above it, unless that is a layer too. */
  hold(): void;
  /** Closes the dialog. */
  lower(): void;
}

/** The layers that are open, the topmost last: two that both held would take turns for ever. */
const open = new Set<Layer>();
/** What would hide them, and does not while one is open. */
const uncovered = new Set<Element>();

export function createLayer(host: Element, dialog: HTMLDialogElement, focus: () => void): Layer {
  /**
   * Libraries that open a modal hide everything beside it, and so perhaps this dialog. Their `inert` stays where it is:
   * a modal dialog is not inert with what is around it.
   */
  function uncover() {
    // For the status line: there is nothing else to reach in it.
    host.removeAttribute("inert");
    host.removeAttribute("aria-hidden");
    for (let node: Node | null = host; node; node = node.parentNode ?? (node as ShadowRoot).host ?? null)
      if (node instanceof Element && node.matches("[aria-hidden=true]")) {
        // Hides nothing. Removed, it could not be seen that the library has removed it meanwhile.
        node.setAttribute("aria-hidden", "undefined");
        uncovered.add(node);
      }
  }
  const layer = {
    raise() {
      open.delete(layer);
      open.add(layer);
      uncover();
      if (dialog.open) dialog.close();
      dialog.showModal();
      focus();
    },
    hold() {
      if ([...open].at(-1) !== layer) return;
      uncover();
      const root = host.getRootNode() as Document | ShadowRoot;
      const top = root.elementFromPoint(innerWidth / 2, innerHeight / 2);
      if (top && !host.contains(top)) layer.raise();
    },
    lower() {
      open.delete(layer);
      dialog.close();
      if (open.size > 0) return;
      for (const node of uncovered)
        if (node.matches("[aria-hidden=undefined]")) node.setAttribute("aria-hidden", "true");
      uncovered.clear();
    },
  };
  return layer;
}
