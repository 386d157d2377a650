import type { HandoverSession } from "./session.js";
import { createStore, type Readable } from "./store.js";
import { connectionTrouble } from "./texts.js";

/** What to say of the connection: nothing, while all is well. */
export function createConnection(session: HandoverSession): Readable<string> {
  const store = createStore("");
  const look = () => {
    const { status, connection } = session.getState();
    const signedIn = status === "active" || status === "warning";
    // What the browser says of the network is a hint, good for words and for nothing else.
    const trouble = connection === "retrying" || !navigator.onLine;
    store.set(trouble ? connectionTrouble(signedIn, navigator.onLine) : "");
  };
  session.subscribe(look);
  for (const event of ["online", "offline"]) window.addEventListener(event, look);
  return { get: store.get, subscribe: store.subscribe };
}
