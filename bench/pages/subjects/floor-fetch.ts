import { api, type Subject } from "../subject.js";

/** Nothing but the browser: a cookie and `fetch`. */
const sent = Promise.resolve("token");

export default {
  signIn: () => fetch("/sign-in", { method: "POST" }),
  start: async () => {},
  call: () => fetch(api, { cache: "no-store" }),
  token: () => sent,
} satisfies Subject;
