import type { Messages } from "./messages.js";

export const messages: Messages = {
  "idle.title": "You're about to be signed out",
  "idle.text": "For your security, we'll sign you out in {time} because you've been inactive.",
  "absolute.title": "Your session is nearly over",
  "absolute.text":
    "For your security, sessions have a time limit. Yours ends in {time} and can't be extended: finish what you're doing, then sign in again.",
  stay: "Stay signed in",
  "stay.pending": "Staying signed in…",
  ok: "OK",
  signOut: "Sign out",
  "signOut.pending": "Signing out…",
  failed: "That didn't work: the server can't be reached. Please try again.",
  left: "{time} left before you're signed out.",
  extended: "You're still signed in.",
  offline: "The server can't be reached. You're still signed in, and we keep trying.",
  soon: "Signing out soon",
  "ended.title": "You've been signed out",
  "ended.idle": "For your security, we signed you out because you were inactive.",
  "ended.absolute": "For your security, we signed you out because your session reached its time limit.",
  "ended.logout": "You signed out in another tab or on another device.",
  "ended.rejected": "The server ended your session.",
  "ended.replaced": "Someone else has signed in with this browser.",
  signIn: "Sign in again",
};
