import { idleTimeout } from "../core/idle.js";
import { isLive } from "../core/state.js";
import type { Settings } from "../options.js";
import type { FirstPorts, Platform } from "../platform/platform.js";
import type { ServerConvention } from "../server/convention.js";
import type { Kernel } from "./kernel.js";

// What a session says to those who develop with it. Nothing of this is in the build for production: see development.ts.

type Told = Pick<Settings<unknown>, "name" | "policy">;

const said = new Set<string>();

/** Once for each session's name, with where to read more. */
function warn(session: string, anchor: string, text: string): void {
  const key = `${session}#${anchor}`;
  if (said.has(key)) return;
  said.add(key);
  console.warn(`[sojourn] ${text} (session "${session}"; docs/warnings.md#${anchor})`);
}

/** The sessions at work in each page, by name. Every tab of a simulated world is a page. */
const atWork = new WeakMap<FirstPorts, Map<string, string>>();

/** Two sessions of one name in one page are two tabs to each other, with twice the listeners, timers and requests. */
export function begun({ name }: Told, ports: FirstPorts, tab: string): void {
  const sessions = atWork.get(ports) ?? new Map<string, string>();
  atWork.set(ports, sessions);
  const other = sessions.get(name);
  if (other && other !== tab)
    warn(
      name,
      "two-sessions",
      "Two sessions with one name are at work in this page. Make one for the whole application and share it, call " +
        "destroy() on the one that is replaced, or give the second another `name`.",
    );
  sessions.set(name, tab);
}

export function finished({ name }: Told, ports: FirstPorts, tab: string): void {
  const sessions = atWork.get(ports);
  if (sessions?.get(name) === tab) sessions.delete(name);
}

const SHORTEST = 60_000;
/** Below this the application has said `allowShortWarning`, and knows. */
const ALLOWED = 20_000;

export function configured(
  { name, policy, tokens }: Told & Pick<Settings<unknown>, "tokens">,
  { end }: Pick<ServerConvention, "end">,
): void {
  if (!end && tokens === "none")
    warn(
      name,
      "no-end",
      "This server is never told of a sign-out, nor of an idle end: whoever loads the page again, while its cookie " +
        "lasts, is signed in again. Give it an `end`.",
    );
  const { idleWarning = SHORTEST } = policy;
  if (idleWarning >= ALLOWED && idleWarning < SHORTEST)
    warn(
      name,
      "short-warning",
      `The idle warning opens ${idleWarning / 1000} s before the end. Many people need more than a minute to notice it ` +
        "and to answer: raise `idle.warning` to two minutes, and `idle.timeout` with it.",
    );
}

/** More often than this within one idle limit, and the session never becomes idle. */
const OFTEN = 5;

/** For every start() without a grant, at a server whose peek extends the session. */
export function watchPolling({ name, policy }: Told, { state, moment }: Kernel): () => void {
  let asked: number[] = [];
  return () => {
    if (!isLive(state())) return;
    const { now } = moment();
    asked = [...asked.filter((at) => at > now - idleTimeout(state(), policy)), now];
    if (asked.length >= OFTEN)
      warn(
        name,
        "polling",
        "start() is called again and again, and at this server every call extends the session (`peekSlides`): it can " +
          "never become idle. Call start() once, and use subscribe() or on() to hear of changes.",
      );
  };
}

const SKEW = 60_000;

/** The same browser, with an eye on what the server says of the time. */
export function withDates(platform: Platform, name: string): Platform {
  const { wall } = platform.clock;
  return {
    ...platform,
    async fetch(request) {
      const began = wall();
      const response = await platform.fetch(request);
      const ended = wall();
      // To another origin the header is there only if it is exposed.
      const at = Date.parse(response.headers.get("date") ?? "");
      const ahead = began - SKEW > at ? began - at : ended + SKEW < at ? ended - at : 0;
      const minutes = Math.round(Math.abs(ahead) / 60_000);
      if (ahead)
        warn(
          name,
          "clock-skew",
          `This machine's clock is ${minutes} min ${ahead > 0 ? "ahead of" : "behind"} the server's. The session's limits do ` +
            "not depend on it; cookies' Expires, tokens' `iat` and `exp`, and DPoP proofs do. Set the clock that is wrong.",
        );
      return response;
    },
  };
}
