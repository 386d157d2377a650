import SuperTokens from "supertokens-website";
import { api, type Subject } from "../subject.js";

/** As its documentation says: it takes over `fetch`, and refreshes after a 401. */
SuperTokens.init({ apiDomain: location.origin, apiBasePath: "/auth" });

export default {
  signIn: () => fetch("/sign-in", { method: "POST" }),
  start: () => SuperTokens.doesSessionExist(),
  call: () => fetch(api, { cache: "no-store" }),
  refresh: () => SuperTokens.attemptRefreshingSession(),
  token: () => SuperTokens.doesSessionExist(),
  signOut: () => SuperTokens.signOut(),
} satisfies Subject;
