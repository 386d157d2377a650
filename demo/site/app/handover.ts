import { createApi } from "./api.js";
import { createConnection } from "./connection.js";
import { createDraft, type DraftModel } from "./draft.js";
import { createJournal, type Journal } from "./journal.js";
import type { Limits } from "./limits.js";
import { createNotebook, type NotebookModel } from "./notebook.js";
import { screenOf } from "./screen.js";
import type { HandoverSession, Person } from "./session.js";
import { type Credentials, type SignInProblem, signIn } from "./sign-in.js";
import { createSignOut, type SignOut } from "./sign-out.js";
import { createStepUp, type StepUpModel } from "./step-up.js";
import type { Readable } from "./store.js";
import { createTabs, type Tabs } from "./tabs.js";
import { addNoteFailed } from "./texts.js";
import { createTransfer, type TransferModel } from "./transfer.js";
import { createYourSessions, type YourSessionsModel } from "./your-sessions.js";

/** The application without a face: what each of its builds shows and calls. */
export interface Handover {
  readonly session: HandoverSession;
  readonly limits: Limits;
  readonly notebook: NotebookModel;
  readonly draft: DraftModel;
  readonly journal: Journal;
  readonly tabs: Tabs;
  /** What to say of the connection: nothing, while all is well. */
  readonly connection: Readable<string>;
  readonly signOut: SignOut;
  readonly stepUp: StepUpModel;
  readonly transfer: TransferModel;
  readonly yourSessions: YourSessionsModel;
  signIn(credentials: Credentials): Promise<SignInProblem | undefined>;
  /** Puts the draft into the notebook. Resolves with what to say if that did not work. */
  addNote(): Promise<string | undefined>;
}

export function createHandover(session: HandoverSession, limits: Limits): Handover {
  const api = createApi(session);
  const notebook = createNotebook(api);
  const draft = createDraft(api);
  const transfer = createTransfer(api, () => void notebook.load());
  const yourSessions = createYourSessions(session);

  let reader: Person | undefined;
  session.subscribe((state) => {
    const screen = screenOf(state);
    const user = screen.name === "notebook" ? screen.user : undefined;
    if (user?.id === reader?.id) return;
    reader = user;
    // Whoever comes next sees nothing of whoever was here before.
    draft.close();
    notebook.close();
    transfer.close();
    yourSessions.close();
    if (!user) return;
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

  async function addNote() {
    const { entry } = draft.get();
    try {
      await notebook.add(entry);
      if (draft.get().entry === entry) await draft.drop();
      return undefined;
    } catch {
      return addNoteFailed;
    }
  }

  return {
    session,
    limits,
    notebook,
    draft,
    journal: createJournal(session),
    tabs: createTabs(session.inspect().tab),
    connection: createConnection(session),
    signOut: createSignOut(session),
    stepUp: createStepUp(session),
    transfer,
    yourSessions,
    signIn: (credentials) => signIn(session, credentials),
    addNote,
  };
}
