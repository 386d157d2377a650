import type { HandoverSession } from "./session.js";
import { createStore, type Readable } from "./store.js";

/** The way out. Work is saved before it, so it may take a moment. */
export interface SignOut {
  readonly under: Readable<boolean>;
  /** It is over here, and the server has not said yet that it knows. */
  readonly unconfirmed: Readable<boolean>;
  run(): Promise<void>;
}

const MOMENT = 1000;

export function createSignOut(session: HandoverSession): SignOut {
  const under = createStore(false);
  const unconfirmed = createStore(false);
  let timer: ReturnType<typeof setInterval> | undefined;

  function look() {
    const open = session.inspect().record?.end?.confirmed === false;
    unconfirmed.set(open);
    if (!open) clearInterval(timer);
  }
  // Whoever signed out, be it the header's button or the warning's: what became of it is on record.
  session.subscribe((state) => {
    clearInterval(timer);
    unconfirmed.set(false);
    if (state.status === "ended" && state.reason === "logout" && state.origin === "this-tab")
      timer = setInterval(look, MOMENT);
  });

  return {
    under,
    unconfirmed,
    async run() {
      under.set(true);
      await session.logout();
      under.set(false);
    },
  };
}
