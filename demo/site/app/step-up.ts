import type { StepUp } from "sojourn";
import type { HandoverSession } from "./session.js";
import { authenticateAgain, type SignInProblem } from "./sign-in.js";
import { createStore, type Readable } from "./store.js";

/** Whether the user is to give the password again, for the server or for a part of the application. */
export interface StepUpModel extends Readable<boolean> {
  /** Resolves with what went wrong, if anything did. */
  authenticate(password: string): Promise<SignInProblem | undefined>;
  /** The user does not want to. */
  cancel(): void;
}

/** Asks for as long as anybody waits. Another tab's answer counts, and so does the end of the session. */
export function createStepUp(session: HandoverSession): StepUpModel {
  const store = createStore(false);
  const asked = new Set<StepUp>();
  session.on("stepUp", (it) => {
    asked.add(it);
    store.set(true);
    void it.done.then(() => {
      asked.delete(it);
      store.set(asked.size > 0);
    });
  });
  return {
    get: store.get,
    subscribe: store.subscribe,
    authenticate: (password) => authenticateAgain(session, password),
    cancel() {
      for (const { cancel } of asked) cancel();
    },
  };
}
