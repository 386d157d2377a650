import { randomUUID } from "node:crypto";
import type { Clock } from "../../../src/backend/clock.js";
import type { Store } from "../../../src/backend/store/store.js";
import type { User } from "../users.js";
import { FIRST_NOTES } from "./first-notes.js";

export interface Entry {
  readonly bedId: string;
  readonly text: string;
  readonly priority: "routine" | "watch" | "urgent";
}

export interface Note extends Entry {
  readonly id: string;
  readonly author: string;
  readonly writtenAt: number;
}

export interface Draft extends Entry {
  readonly savedAt: number;
}

/** How many notes a shift is shown, the newest first. */
const SHOWN = 100;

export class Notebook {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Something to read on the first day. Of several processes that start at once, one writes it. */
  async seed(): Promise<void> {
    for await (const _ of this.#store.list("note/")) return;
    const first = await this.#store.update<true, boolean>("seed/notes", (seeded) =>
      seeded ? { result: false } : { put: true, result: true },
    );
    if (!first) return;
    for (const { minutesAgo, ...first } of FIRST_NOTES) {
      await this.#write({ ...first, id: randomUUID(), writtenAt: this.#clock.now() - minutesAgo * 60_000 });
    }
  }

  async notes(): Promise<readonly Note[]> {
    const shown: Note[] = [];
    for await (const [, note] of this.#store.list<Note>("note/")) {
      shown.unshift(note);
      if (shown.length > SHOWN) shown.pop();
    }
    return shown;
  }

  addNote(author: User, { bedId, text, priority }: Entry): Promise<Note> {
    const writtenAt = this.#clock.now();
    return this.#write({ id: randomUUID(), bedId, text, priority, author: author.name, writtenAt });
  }

  async draftOf(user: User): Promise<Draft | null> {
    return (await this.#store.get<Draft>(draftKey(user))) ?? null;
  }

  saveDraft(user: User, { bedId, text, priority }: Entry): Promise<Draft> {
    const draft = { bedId, text, priority, savedAt: this.#clock.now() };
    return this.#store.update(draftKey(user), () => ({ put: draft, result: draft }));
  }

  dropDraft(user: User): Promise<void> {
    return this.#store.update(draftKey(user), () => ({ remove: true, result: undefined }));
  }

  #write(note: Note): Promise<Note> {
    // The order of the keys is the order of time.
    const key = `note/${String(note.writtenAt).padStart(16, "0")}-${note.id}`;
    return this.#store.update(key, () => ({ put: note, result: note }));
  }
}

function draftKey(user: User): string {
  return `draft/${user.id}`;
}
