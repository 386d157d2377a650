import { api, type Subject } from "../subject.js";

/** Nothing but a message to the other tabs. */
const channel = new BroadcastChannel("floor");

export default {
  signIn: () => fetch("/sign-in", { method: "POST" }),
  start: async () => {},
  call: () => fetch(api, { cache: "no-store" }),
  signOut: async () => channel.postMessage("signed out"),
  onEnd: (then) => channel.addEventListener("message", then, { once: true }),
} satisfies Subject;
