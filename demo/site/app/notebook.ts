import type { Api, Bed, Entry, Note } from "./api.js";
import { createStore, type Readable } from "./store.js";

export interface NotebookState {
  readonly status: "loading" | "ready" | "failed";
  readonly beds: readonly Bed[];
  readonly notes: readonly Note[];
}

/** What everybody on the ward reads. */
export interface NotebookModel extends Readable<NotebookState> {
  load(): Promise<void>;
  close(): void;
  add(entry: Entry): Promise<void>;
}

const nothing: NotebookState = { status: "loading", beds: [], notes: [] };

export function createNotebook(api: Api): NotebookModel {
  const store = createStore(nothing);
  let visit = {};
  return {
    get: store.get,
    subscribe: store.subscribe,
    async load() {
      const mine = visit;
      try {
        const [beds, notes] = await Promise.all([api.beds(), api.notes()]);
        const same = JSON.stringify({ status: "ready", beds, notes }) === JSON.stringify(store.get());
        if (mine === visit && !same) store.set({ status: "ready", beds, notes });
      } catch {
        // What was read before stays readable.
        if (mine === visit && store.get().status !== "ready") store.set({ ...nothing, status: "failed" });
      }
    },
    close() {
      visit = {};
      store.set(nothing);
    },
    async add(entry) {
      const mine = visit;
      const note = await api.addNote(entry);
      const { beds, notes } = store.get();
      if (mine === visit) store.set({ status: "ready", beds, notes: [note, ...notes] });
    },
  };
}
