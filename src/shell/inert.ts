import { SessionError } from "../errors.js";
import type { Session } from "../session.js";
import { type SessionState, UNKNOWN } from "../session-state.js";

/** The session of a page that is rendered on a server: nothing is known, nothing happens, nothing throws. */
export function createInertSession<User>(): Session<User> {
  const view: SessionState<User> = UNKNOWN;
  const nothing = () => () => {};
  const refuse = async () => {
    throw new SessionError("ERR_UNSUPPORTED", "There is no session on a server: call this in the browser.");
  };
  return {
    getState: () => view,
    subscribe(run: (state: SessionState<User>) => void) {
      run(view);
      return () => {};
    },
    start: async () => view,
    extend: refuse,
    refresh: refuse,
    getAccessToken: refuse,
    fetch: refuse,
    logout: refuse,
    on: nothing,
    hold: nothing,
    beforeEnd: nothing,
    watch: nothing,
    timeLeft: () => 0,
    reportActivity() {},
    inspect: refuse as never,
    destroy() {},
    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {},
  } as Session<User>;
}
