import { type Policy, USUAL_ABSOLUTE_WARNING, USUAL_IDLE_WARNING } from "./core/policy.js";
import { NEVER } from "./core/time.js";
import { SessionError } from "./errors.js";
import type { Platform } from "./platform/platform.js";
import type { ServerConvention, Verb } from "./server/convention.js";
import type { StandardSchema } from "./server/schema.js";

/** A duration: ms, or a number with a unit: `"500ms"`, `"30s"`, `"15m"`, `"8h"`, `"30d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** The idle limit: what ends a session that nobody uses. */
export interface IdleOptions {
  /**
   * How long the user may be idle. The server's own limit wins where it is shorter.
   * @default what the server says, else `"15m"` (PCI DSS 8.2.8, NIST SP 800-63B AAL3)
   */
  timeout?: Duration;
  /**
   * How long before the limit the warning opens: at least 20 s (WCAG 2.2.1), and shorter than `timeout`.
   * @default "2m" (NIST SP 800-63B §8), or half of a `timeout` that is shorter than 4 minutes
   */
  warning?: Duration;
  /**
   * Permits a warning under 20 s. For demonstrations and tests: people cannot react to one.
   * @default false
   */
  allowShortWarning?: boolean;
  /**
   * The DOM events that count as activity.
   * @default `["pointerdown", "pointermove", "mousedown", "mousemove", "keydown", "wheel", "touchstart", "touchmove", "scroll"]`
   */
  events?: readonly string[];
}

/** The absolute limit: how long a session lasts whatever the user does. */
export interface AbsoluteOptions {
  /**
   * How long a session lasts. The server's own limit wins where it is shorter.
   * @default what the server says, else `"8h"` (OWASP Session Management Cheat Sheet)
   */
  timeout?: Duration;
  /**
   * How long before the limit the warning opens: at least 20 s, and shorter than `timeout`.
   * @default "10m", or half of a `timeout` that is shorter than 20 minutes
   */
  warning?: Duration;
  /** As for `idle`. @default false */
  allowShortWarning?: boolean;
}

/** How `session.fetch` treats requests. */
export interface FetchOptions {
  /**
   * The origins that get the session's credentials. Requests to any other go out without.
   * @default the page's own origin
   */
  origins?: readonly string[];
  /**
   * Headers for every request with credentials that changes something: proof that a page of this origin sent it
   * (OWASP CSRF Prevention Cheat Sheet, "custom request headers").
   * @default `{ "X-Sojourn": "1" }`
   */
  csrf?: Readonly<Record<string, string>>;
}

/** The argument of `createSession`. */
export interface SessionOptions<User = unknown> {
  /** The server: a preset of `sojourn/presets`, or your own four verbs. Either this or `refresh`. */
  server?: ServerConvention<User>;
  /** The short form for a server that has only an endpoint to refresh at: its URL, or a function. */
  refresh?: string | Verb<User>;
  /**
   * Validates the user that the server names, and gives it its type: any Standard Schema (Zod, Valibot, ArkType…). A
   * user that does not pass is an `ERR_BAD_REPLY`, not a sign-out.
   */
  schema?: StandardSchema<User>;
  /** `false` switches the idle limit off. */
  idle?: IdleOptions | false;
  /** `false` switches the absolute limit off. */
  absolute?: AbsoluteOptions | false;
  /**
   * Tabs with the same name share one session. Letters, digits, `.`, `_` and `-`.
   * @default "default"
   */
  name?: string;
  /**
   * Where the facts live that tabs share. `"memory"`: nothing touches the disk, the tabs tell each other, and a reload of
   * the last one asks the server.
   * @default "indexeddb"
   */
  storage?: "indexeddb" | "memory";
  /**
   * Where tokens live.
   * - `"none"`: in cookies, the page never sees one.
   * - `"memory"`: in the memory of the pages, which hand them over to one another, sealed.
   * - `"sealed"`: encrypted in IndexedDB, under a key that cannot be exported: they survive a reload.
   *
   * - a function that starts a worker, `() => new SharedWorker(…)`: in that worker, which calls `keepTokens()` of `sojourn/worker`. They
   *   never enter the page: the worker refreshes, and sends the requests of `session.fetch`.
   *
   * Without `crypto.subtle` (insecure contexts) `"memory"` and `"sealed"` keep them in the memory of the one page, and a `degraded` event
   * says so.
   * @default what the preset says
   */
  tokens?: "none" | "memory" | "sealed" | (() => Worker | SharedWorker);
  /** How `session.fetch` treats requests. */
  fetch?: FetchOptions;
  /**
   * How long one request to the server may take. Other tabs wait one and a half times as long for a refresh before
   * they take it over.
   * @default "10s"
   */
  requestTimeout?: Duration;
  /**
   * How long before the access credential expires it is refreshed, at most; at most a quarter of its lifetime.
   * @default "1m"
   */
  refreshMargin?: Duration;
  /**
   * Hides a page that comes back from the back/forward cache or from being frozen until the record was read, and a tab
   * that is seen again past a limit until it is known whether the session is over, so that a signed-out page is never
   * seen (`data-session-pending` on the root element).
   * @default true
   */
  hideOnRestore?: boolean;
  /** The surroundings; for tests. @default the browser */
  platform?: Platform;
}

/** Options, checked and filled in. */
export interface Settings<User> {
  readonly name: string;
  /** A convention, or the one endpoint that stands for it. */
  readonly server: ServerConvention<User> | string | Verb<User>;
  readonly schema: StandardSchema<User> | undefined;
  readonly policy: Policy;
  readonly events: readonly string[] | undefined;
  readonly memoryOnly: boolean;
  readonly tokens: "none" | "memory" | "sealed" | (() => Worker | SharedWorker);
  /** @default the page's own */
  readonly origins: readonly string[] | undefined;
  readonly csrf: Readonly<Record<string, string>>;
  readonly requestTimeout: number;
  readonly hideOnRestore: boolean;
}

/** Throws `ERR_INVALID_OPTION`. */
export const refuse = (option: string, message: string): never => {
  throw new SessionError("ERR_INVALID_OPTION", `${option} ${message}`, { option });
};

/** A value as text. An object may have none. */
const shown = (value: unknown) => (typeof value === "object" && value ? "object" : String(value));

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a duration, or throws `ERR_INVALID_OPTION` that names `option`. */
export function milliseconds(value: Duration, option: string): number {
  const text = shown(value);
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = amount ? Number(amount) * (units[unit as string] as number) : value;
  return typeof ms === "number" && ms > 0 && ms < NEVER
    ? ms
    : refuse(option, `must be ms or like "15m", and more than 0. Got ${text}.`);
}

/** The options, and the types that each may have. */
const root = {
  server: "object",
  refresh: "string or function",
  schema: "object or function",
  idle: "object or false",
  absolute: "object or false",
  name: "string",
  storage: '"indexeddb" or "memory"',
  tokens: '"none", "memory", "sealed" or function',
  fetch: "object",
  requestTimeout: "number or string",
  refreshMargin: "number or string",
  hideOnRestore: "true or false",
  platform: "object",
};
const absolute = {
  timeout: "number or string",
  warning: "number or string",
  allowShortWarning: "true or false",
};

/** A misspelt option is an error, not a default. */
function known<T extends object>(given: T, path: string, types: Record<string, string>): T {
  const check = (value: unknown, name: string, type: string) => {
    const kind = Array.isArray(value) ? "array" : typeof value;
    const got =
      value === null || kind === "boolean" || (kind === "string" && type.includes('"'))
        ? JSON.stringify(value)
        : kind;
    if (kind !== "undefined" && !type.includes(got)) refuse(name, `must be ${type}. Got ${got}.`);
  };
  check(given ?? null, path || "options", "object");
  for (const key in given) {
    const name = path ? `${path}.${key}` : key;
    const options = Object.keys(types);
    if (options.includes(key)) check(given[key], name, types[key] as string);
    else refuse(name, `is not an option. Known: ${options.join(", ")}.`);
  }
  return given;
}

/** People need time to answer (WCAG 2.2.1). */
const SHORTEST_WARNING = 20_000;

function limit(
  given: IdleOptions | AbsoluteOptions | false | undefined,
  option: "idle" | "absolute",
  usual: number,
): [timeout: number | undefined, warning: number | undefined] {
  if (given === false) return [NEVER, undefined];
  const o = known(given ?? {}, option, option === "idle" ? { ...absolute, events: "array" } : absolute);
  const name = `${option}.warning`;
  const shortest = o.allowShortWarning ? 0 : SHORTEST_WARNING;
  const timeout = o.timeout === undefined ? undefined : milliseconds(o.timeout, `${option}.timeout`);
  if (timeout === undefined && o.warning === undefined) return [undefined, undefined];
  const warning =
    o.warning === undefined
      ? Math.max(shortest, Math.min(usual, (timeout ?? NEVER) / 2))
      : milliseconds(o.warning, name);
  if (warning < shortest) refuse(name, "must be at least 20s: people need time to answer (WCAG 2.2.1).");
  if (timeout !== undefined && warning >= timeout)
    refuse(name, `(${warning} ms) must be shorter than ${option}.timeout.`);
  return [timeout, warning];
}

function originOf(given: string): string {
  try {
    const { origin } = new URL(given);
    if (origin !== "null") return origin;
  } catch {
    // Said below.
  }
  return refuse("fetch.origins", `must be like "https://api.example.com". Got ${shown(given)}.`);
}

/**
 * Checks the options and fills in the defaults.
 * @throws SessionError `ERR_INVALID_OPTION`
 */
export function settle<User>(options: SessionOptions<User>): Settings<User> {
  const o = known(options, "", root);
  const { name = "default", refresh } = o;
  const server = o.server ?? refresh;
  const convention: ServerConvention<User> = o.server ?? { refresh: refresh as Verb<User> };
  if ((o.server && refresh) || !(convention.peek ?? convention.refresh))
    refuse("server", "(with peek or refresh) or refresh is needed, and not both.");
  if (!/^[\w.-]{1,64}$/.test(name)) refuse("name", "must match [\\w.-]{1,64}.");
  const [idleTimeout, idleWarning] = limit(o.idle, "idle", USUAL_IDLE_WARNING);
  const [absoluteTimeout, absoluteWarning] = limit(o.absolute, "absolute", USUAL_ABSOLUTE_WARNING);
  const { origins, csrf = { "X-Sojourn": "1" } } = known(o.fetch ?? {}, "fetch", {
    origins: "array",
    csrf: "object",
  });
  const requestTimeout = milliseconds(o.requestTimeout ?? 10_000, "requestTimeout");
  return {
    name,
    server: server as Settings<User>["server"],
    schema: o.schema,
    policy: {
      idleTimeout,
      idleWarning,
      absoluteTimeout,
      absoluteWarning,
      refreshMargin: milliseconds(o.refreshMargin ?? 60_000, "refreshMargin"),
      patience: requestTimeout * 1.5,
      canPeek: !!convention.peek && !convention.peekSlides,
      canTouch: !!convention.touch,
      canRefresh: !!convention.refresh,
    },
    events: (o.idle as IdleOptions | undefined)?.events,
    memoryOnly: o.storage === "memory",
    tokens: o.tokens ?? convention.tokens ?? "none",
    origins: origins?.map(originOf),
    csrf,
    requestTimeout,
    hideOnRestore: o.hideOnRestore ?? true,
  };
}
