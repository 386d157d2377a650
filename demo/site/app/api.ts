import type { HandoverSession } from "./session.js";

export interface Bed {
  readonly id: string;
  readonly ward: "North" | "South";
  readonly patient: string | null;
  readonly status: "stable" | "watch" | "critical" | "going-home" | "empty";
}

export type Priority = "routine" | "watch" | "urgent";

/** What a note says, and what a draft may not say yet. */
export interface Entry {
  readonly bedId: string;
  readonly text: string;
  readonly priority: Priority;
}

export interface Note extends Entry {
  readonly id: string;
  readonly author: string;
  readonly writtenAt: number;
}

interface Draft extends Entry {
  readonly savedAt: number;
}

/** The notebook's routes, called as the signed-in user. */
export interface Api {
  beds(): Promise<readonly Bed[]>;
  notes(): Promise<readonly Note[]>;
  addNote(entry: Entry): Promise<Note>;
  draft(): Promise<Draft | null>;
  saveDraft(entry: Entry, signal?: AbortSignal): Promise<Draft>;
  dropDraft(): Promise<void>;
  /** Waits for the user where the server wants the password first. */
  transfer(from: string, to: string, signal: AbortSignal): Promise<Transfer>;
}

/** What became of a transfer. `refused`: the password was not given. */
export type Transfer = "done" | "taken" | "refused" | "failed";

const outcomes: Readonly<Record<number, Transfer>> = { 201: "done", 401: "refused", 409: "taken" };

/** Expiry, refresh, replay and the CSRF header are the session's business: this only knows the routes. */
export function createApi(session: HandoverSession): Api {
  async function call<T>(path: string, init?: RequestInit): Promise<T> {
    const reply = await session.fetch(`/api${path}`, init);
    if (!reply.ok) throw new Error(`${init?.method ?? "GET"} /api${path}: ${reply.status}`);
    return (reply.status === 204 ? undefined : await reply.json()) as T;
  }
  const json = (method: string, body: object, signal?: AbortSignal): RequestInit => ({
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  return {
    beds: async () => (await call<{ beds: Bed[] }>("/beds")).beds,
    notes: async () => (await call<{ notes: Note[] }>("/notes")).notes,
    addNote: async (entry) => (await call<{ note: Note }>("/notes", json("POST", entry))).note,
    draft: async () => (await call<{ draft: Draft | null }>("/draft")).draft,
    saveDraft: async (entry, signal) =>
      (await call<{ draft: Draft }>("/draft", json("PUT", entry, signal))).draft,
    dropDraft: () => call("/draft", { method: "DELETE" }),
    async transfer(from, to, signal) {
      const init = json("POST", { from, to }, signal);
      const { status } = await session.fetch("/api/transfers", { ...init, stepUp: "wait" });
      return outcomes[status] ?? "failed";
    },
  };
}
