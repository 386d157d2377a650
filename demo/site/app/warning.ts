import type { HandoverSession } from "./session.js";
import { createStore, type Readable } from "./store.js";

export type Limit = "idle" | "absolute";

interface WarningState {
  /** The limit that is near, if one is. */
  readonly limit: Limit | undefined;
  /** The user has read it. Only where nothing can be done about it: see `dismiss`. */
  readonly dismissed: boolean;
  /** The server is being asked to extend. */
  readonly pending: boolean;
  /** It could not be: nothing has changed, and it can be tried again. */
  readonly failed: boolean;
}

/** The warning without a face. It is over when the session says so, never because a button was pressed. */
export interface WarningModel extends Readable<WarningState> {
  extend(): Promise<void>;
  /** Closes the notice of the absolute limit, here. Whoever is warned of the idle limit has to answer. */
  dismiss(): void;
  signOut(): Promise<void>;
}

const none: WarningState = { limit: undefined, dismissed: false, pending: false, failed: false };

export function createWarning(session: HandoverSession, signOut: () => Promise<void>): WarningModel {
  const store = createStore(none);
  /** The idle warning may come and go while the absolute one stays read. */
  let absoluteRead = false;

  session.subscribe((state) => {
    if (state.status !== "warning") {
      absoluteRead = false;
      store.set(none);
    } else if (state.limit !== store.get().limit) {
      store.set({ ...none, limit: state.limit, dismissed: state.limit === "absolute" && absoluteRead });
    }
  });

  return {
    get: store.get,
    subscribe: store.subscribe,
    async extend() {
      const asked = store.get();
      if (asked.pending || asked.limit !== "idle") return;
      store.set({ ...asked, pending: true, failed: false });
      const failed = await session.extend().then(
        () => false,
        () => true,
      );
      const now = store.get();
      if (now.pending) store.set({ ...now, pending: false, failed });
    },
    dismiss() {
      const now = store.get();
      if (now.limit !== "absolute") return;
      absoluteRead = true;
      store.set({ ...now, dismissed: true });
    },
    signOut,
  };
}
