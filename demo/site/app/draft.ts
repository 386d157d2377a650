import type { Api, Entry } from "./api.js";
import { createStore, type Readable } from "./store.js";

export interface DraftState {
  /** What the form shows. */
  readonly entry: Entry;
  readonly status: "blank" | "unsaved" | "saved" | "failed";
  readonly savedAt?: number;
}

/** The note in the making. It is kept on the server, so that it outlives the session; never in the browser's storage. */
export interface DraftModel extends Readable<DraftState> {
  /** Shows what this user left behind. */
  open(userId: string): Promise<void>;
  /** Nothing of it stays on the screen. */
  close(): void;
  change(part: Partial<Entry>): void;
  /** Saves what is not saved yet. */
  flush(signal?: AbortSignal): Promise<void>;
  /** Looks whether another tab has changed it. */
  reload(): Promise<void>;
  /** The note was added: the draft has done its work. */
  drop(): Promise<void>;
}

const PAUSE = 600;
const RETRY = 5000;

/** A bed that was chosen and nothing written is no work to keep. */
const isEmpty = ({ text }: Entry) => text.trim() === "";

const blank: DraftState = { entry: { bedId: "", text: "", priority: "routine" }, status: "blank" };

export function createDraft(api: Api): DraftModel {
  const store = createStore(blank);
  let owner: string | undefined;
  /** What could not be saved before the session ended: only the same user gets it back. */
  let left: { owner: string; entry: Entry } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** One request at a time: an older text never overtakes a newer one. */
  let queue: Promise<unknown> = Promise.resolve();

  const dirty = () => store.get().status === "unsaved" || store.get().status === "failed";
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  };

  function flush(signal?: AbortSignal): Promise<void> {
    clearTimeout(timer);
    const saved = queue.then(() => save(signal));
    queue = saved;
    return saved;
  }

  async function save(signal?: AbortSignal) {
    const { entry } = store.get();
    const mine = owner;
    if (!mine || !dirty()) return;
    const current = () => owner === mine && store.get().entry === entry;
    try {
      if (isEmpty(entry)) await api.dropDraft();
      const draft = isEmpty(entry) ? undefined : await api.saveDraft(entry, signal);
      if (current())
        store.set(draft ? { entry, status: "saved", savedAt: draft.savedAt } : { entry, status: "blank" });
    } catch {
      if (!current()) return;
      store.set({ ...store.get(), status: "failed" });
      later(RETRY);
    }
  }

  async function load() {
    const mine = owner;
    const before = store.get();
    const draft = await api.draft().catch(() => undefined);
    if (draft === undefined || owner !== mine || store.get() !== before) return;
    if (!draft) return before.status === "blank" ? undefined : store.set(blank);
    const { savedAt, ...entry } = draft;
    // An equal draft is the same draft: nothing moves under the writer's cursor.
    if (savedAt !== before.savedAt) store.set({ entry, status: "saved", savedAt });
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    async open(userId) {
      owner = userId;
      const kept = left?.owner === userId ? left.entry : undefined;
      left = undefined;
      if (kept) {
        store.set({ entry: kept, status: "unsaved" });
        return flush();
      }
      store.set(blank);
      await load();
    },
    close() {
      clearTimeout(timer);
      if (owner && dirty()) left = { owner, entry: store.get().entry };
      owner = undefined;
      store.set(blank);
    },
    change(part) {
      const before = store.get();
      const entry = { ...before.entry, ...part };
      if (before.status === "blank" && isEmpty(entry)) return store.set({ ...before, entry });
      store.set({ ...before, entry, status: "unsaved" });
      later(PAUSE);
    },
    flush,
    async reload() {
      if (owner && !dirty()) await load();
    },
    async drop() {
      clearTimeout(timer);
      store.set(blank);
      queue = queue.then(() => api.dropDraft()).catch(() => {});
      await queue;
    },
  };
}
