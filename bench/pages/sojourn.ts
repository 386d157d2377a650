import { createSession } from "sojourn";
import { oauth2, readTokenReply } from "sojourn/presets";
import { api, firstTokens, knownOf, type Subject } from "./subject.js";

/** Sojourn with an OAuth server, and its tokens in the place that is named. */
export function sojournWith(tokens: "memory" | "sealed"): Subject {
  const session = createSession({
    server: oauth2({ tokenUrl: "/token", clientId: "bench" }),
    tokens,
    idle: { timeout: "15m", warning: "2m" },
  });
  return {
    signIn: async () => session.start(readTokenReply(await firstTokens())),
    start: () => session.start(),
    known: () => knownOf(session),
    call: () => session.fetch(api, { cache: "no-store" }),
    refresh: () => session.refresh(),
    token: () => session.getAccessToken(),
    signOut: () => session.logout(),
    onEnd: (then) => void session.on("ended", then),
  };
}
