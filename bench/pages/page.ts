import { asked, type Subject } from "./subject.js";
import { watch } from "./watching.js";

/** Of these a page is one, by name: `?subject=…`. Each is a part of its own, so that a page loads nothing of the others. */
const subjects: Record<string, () => Promise<{ default: Subject }>> = {
  "floor-tokens": () => import("./subjects/floor-tokens.js"),
  "floor-cookies": () => import("./subjects/floor-cookies.js"),
  "floor-channel": () => import("./subjects/floor-channel.js"),
  "floor-fetch": () => import("./subjects/floor-fetch.js"),
  "sojourn-cookies": () => import("./subjects/sojourn-cookies.js"),
  "sojourn-memory": () => import("./subjects/sojourn-memory.js"),
  "sojourn-sealed": () => import("./subjects/sojourn-sealed.js"),
  "oidc-client-ts": () => import("./subjects/oidc-client-ts.js"),
  "auth0-spa-js": () => import("./subjects/auth0-spa-js.js"),
  "supabase-auth-js": () => import("./subjects/supabase-auth-js.js"),
  "supertokens-website": () => import("./subjects/supertokens-website.js"),
};

/** Or one of these: `?idle=…`. */
const idlers: Record<string, () => Promise<{ default: () => unknown }>> = {
  listener: () => import("./idle/listener.js"),
  sojourn: () => import("./idle/sojourn.js"),
  "react-idle-timer": () => import("./idle/react-idle-timer.js"),
  "@vueuse/core": () => import("./idle/vue/use-idle.js"),
  "activity-detector": () => import("./idle/activity-detector.js"),
};

/** When a tab had its answer, on the wall clock, and whether it was one. */
export interface Served {
  readonly at: number;
  readonly ok: boolean;
  readonly why?: string;
}

declare global {
  var subject: Subject;
  var started: Promise<void>;
  /** Ms from the start of a subject until it is known whether somebody is signed in. */
  var known: Promise<number>;
  /** Calls one of these again and again. Ms for each. */
  var costOf: (what: "token" | "read" | "call", count: number) => Promise<number>;
  /** Calls the API at that instant. */
  var serveAt: (at: number) => Promise<Served>;
  /** Calls the API again and again, until somebody is signed in here. */
  var serveAtLast: () => Promise<boolean>;
  /** Calls the API when the page has woken from a sleep. */
  var serveWhenWoken: () => void;
  var served: Promise<Served>;
  /** When this tab has heard of the end. */
  var ended: Promise<number>;
  var listenForEnd: () => void;
  /** Signs out in this tab. When it began to. */
  var endNow: () => number;
  /** The sign-out of this tab is done, the server's part of it too. */
  var signedOut: Promise<unknown> | undefined;
}

/**
 * The wall clock, finer than a millisecond: what all tabs have in common. `performance.timeOrigin` is of the page's load, and the
 * clocks have moved apart since.
 */
function wallClock(): () => number {
  const before = Date.now();
  while (Date.now() === before);
  const lead = Date.now() - performance.now();
  return () => performance.now() + lead;
}

/** Who waits for longer than that has not started, or was not served. */
const PATIENCE = 15_000;
/** Not of what is measured, and not counted as such. */
const uncounted = globalThis.setTimeout.bind(globalThis);
const impatient = () => new Promise<never>((_, refuse) => uncounted(refuse, PATIENCE, "no answer"));

async function serve(now = Date.now): Promise<Served> {
  try {
    const response = await Promise.race([subject.call(), impatient()]);
    await response.text();
    return { at: now(), ok: response.ok, why: `${response.status}` };
  } catch (error) {
    return { at: now(), ok: false, why: String(error) };
  }
}

globalThis.serveAt = async (at) => {
  const now = wallClock();
  await new Promise((done) => setTimeout(done, at - Date.now()));
  return serve(now);
};

const SOON = 20;
globalThis.serveAtLast = async () => {
  const until = Date.now() + PATIENCE;
  while (Date.now() < until) {
    if ((await serve()).ok) return true;
    await new Promise((done) => setTimeout(done, SOON));
  }
  return false;
};

/** A page that polls sees that it has slept. */
const SLEPT = 1000;
globalThis.serveWhenWoken = () => {
  globalThis.served = new Promise((resolve) => {
    let before = Date.now();
    const timer = setInterval(() => {
      const slept = Date.now() - before > SLEPT;
      before = Date.now();
      if (!slept) return;
      clearInterval(timer);
      resolve(serve());
    }, 20);
  });
};

globalThis.listenForEnd = () => {
  const now = wallClock();
  globalThis.ended = new Promise((resolve) => subject.onEnd?.(() => resolve(now())));
};

globalThis.costOf = async (what, count) => {
  let seen: unknown;
  const start = performance.now();
  if (what === "read") for (let i = 0; i < count; i++) seen = subject.token?.();
  if (what === "token") for (let i = 0; i < count; i++) seen = await subject.token?.();
  if (what === "call") for (let i = 0; i < count; i++) seen = await (await subject.call()).text();
  const each = (performance.now() - start) / count;
  // What nobody looks at may never have happened.
  if (seen === globalThis) console.log(seen);
  return each;
};

globalThis.endNow = () => {
  const at = wallClock()();
  globalThis.signedOut = subject.signOut?.();
  return at;
};

globalThis.started = (async () => {
  if (asked.has("watch")) watch();
  await (await idlers[asked.get("idle") ?? ""]?.())?.default();
  const load = subjects[asked.get("subject") ?? ""];
  if (!load) return;
  globalThis.subject = (await load()).default;
  const start = performance.now();
  const begun = subject.start();
  globalThis.known = (subject.known?.() ?? begun).then(() => performance.now() - start);
  // Whoever does not start shows it in what is asked of it.
  await Promise.race([begun, impatient()]).catch(() => {});
})();
