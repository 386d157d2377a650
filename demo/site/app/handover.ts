import { createWarning, type SessionWarning } from "sojourn/warning";
import { createApi } from "./api.js";
import { createDraft, type DraftModel } from "./draft.js";
import { createJournal, type Journal } from "./journal.js";
import type { Limits } from "./limits.js";
import { createNotebook, type NotebookModel } from "./notebook.js";
import { screenOf } from "./screen.js";
import type { HandoverSession, Person } from "./session.js";
import { type Credentials, type SignInProblem, signIn } from "./sign-in.js";
import { createStore, type Readable } from "./store.js";
import { createTabs, type Tabs } from "./tabs.js";

/** The application without a face: what each of its builds shows and calls. */
export interface Handover {
  readonly session: HandoverSession;
  readonly limits: Limits;
  readonly notebook: NotebookModel;
  readonly draft: DraftModel;
  readonly warning: SessionWarning;
  readonly journal: Journal;
  readonly tabs: Tabs;
  /** How the last sign-out here went. `unconfirmed`: it is over here, the server has not answered yet. */
  readonly leaving: Readable<"no" | "leaving" | "confirmed" | "unconfirmed">;
  signIn(credentials: Credentials): Promise<SignInProblem | undefined>;
  signOut(): Promise<void>;
}

export function createHandover(session: HandoverSession, limits: Limits): Handover {
  const api = createApi(session);
  const notebook = createNotebook(api);
  const draft = createDraft(api);
  const leaving = createStore<"no" | "leaving" | "confirmed" | "unconfirmed">("no");

  let reader: Person | undefined;
  session.subscribe((state) => {
    const screen = screenOf(state);
    const user = screen.name === "notebook" ? screen.user : undefined;
    if (user?.id === reader?.id) return;
    reader = user;
    // Whoever comes next sees nothing of whoever was here before.
    draft.close();
    notebook.close();
    if (!user) return;
    leaving.set("no");
    void draft.open(user.id);
    void notebook.load();
  });

  session.beforeEnd(({ live, signal }) => (live ? draft.flush(signal) : undefined));
  session.on("recovered", () => {
    if (reader && notebook.get().status === "failed") void notebook.load();
  });
  // Somebody may have written in another tab, or at another desk. Reading is not activity: it keeps nobody signed in.
  document.addEventListener("visibilitychange", () => {
    if (!reader) return;
    if (document.visibilityState === "hidden") return void draft.flush();
    void draft.reload();
    void notebook.load();
  });

  async function signOut() {
    leaving.set("leaving");
    leaving.set((await session.logout()) ? "confirmed" : "unconfirmed");
  }

  return {
    session,
    limits,
    notebook,
    draft,
    warning: createWarning(session),
    journal: createJournal(session),
    tabs: createTabs(session.inspect().tab),
    leaving,
    signIn: (credentials) => signIn(session, credentials),
    signOut,
  };
}
