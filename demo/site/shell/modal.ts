import type { Readable } from "../app/store.js";
import { h } from "./h.js";

interface Content {
  readonly title: string;
  /** The id of what says more. */
  readonly describedBy?: string;
  readonly children: readonly Node[];
}

/**
 * A native modal dialog for as long as the model says so: the focus stays in it, and returns to where it was. It is made
 * anew each time, so that nothing that was typed stays behind. `life` ends with it.
 */
export function modal<T>(
  id: string,
  source: Readable<T>,
  isOpen: (value: T) => boolean,
  close: () => void,
  content: (life: AbortSignal) => Content,
): void {
  let life: AbortController | undefined;
  function open(signal: AbortSignal) {
    const { title, describedBy, children } = content(signal);
    const dialog = h(
      "dialog",
      { class: "modal", "aria-labelledby": id, "aria-describedby": describedBy },
      h("h2", { id }, title),
      ...children,
    );
    // Escape: the model decides, and the dialog follows.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    signal.addEventListener("abort", () => {
      dialog.close();
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  }
  source.subscribe((value) => {
    if (isOpen(value) === !!life) return;
    life?.abort();
    life = life ? undefined : new AbortController();
    if (life) open(life.signal);
  });
}
