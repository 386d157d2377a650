import type { Api } from "./api.js";
import { createStore, type Readable } from "./store.js";
import { transferDone, transferProblem } from "./texts.js";

interface TransferState {
  readonly open: boolean;
  /** It is on its way, or waits until the user has given the password. */
  readonly under: boolean;
  readonly done: string;
  readonly problem: string;
}

/** A patient goes to another bed. The server wants to know that it is still the same person at the desk. */
export interface TransferModel extends Readable<TransferState> {
  open(): void;
  close(): void;
  run(from: string, to: string): Promise<void>;
}

const closed: TransferState = { open: false, under: false, done: "", problem: "" };

/** `moved`: the beds are others now. */
export function createTransfer(api: Api, moved: () => void): TransferModel {
  const store = createStore(closed);
  /** What is still under way when the dialog is closed is nobody's to see. */
  let visit = new AbortController();
  return {
    get: store.get,
    subscribe: store.subscribe,
    open: () => store.set({ ...closed, open: true }),
    close() {
      visit.abort();
      visit = new AbortController();
      store.set(closed);
    },
    async run(from, to) {
      const { signal } = visit;
      store.set({ ...closed, open: true, under: true });
      const outcome = await api.transfer(from, to, signal).catch(() => "failed" as const);
      if (outcome === "done") moved();
      if (signal.aborted) return;
      store.set({
        ...closed,
        open: true,
        ...(outcome === "done" ? { done: transferDone(to) } : { problem: transferProblem[outcome] }),
      });
    },
  };
}
