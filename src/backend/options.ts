import type { ServerEvent } from "./backend.js";
import type { Clock } from "./clock.js";
import { KEY_LENGTH } from "./keys.js";
import type { Limits } from "./limits.js";
import type { Store } from "./store/store.js";

/** What a server of sessions is made of. */
export interface SessionServerOptions<User extends object> {
  /** Where the sessions are kept. */
  readonly store: Store;
  /**
   * 32 random bytes or more, as such or in base64url: refresh tokens are derived from it. Keep it out of the store and
   * out of the code, and give every machine the same.
   */
  readonly secret: Uint8Array | string;
  /** What browsers may know of a user. Nothing, where there is no such user any more: then nobody is signed in. */
  readonly user: (userId: string) => User | undefined | Promise<User | undefined>;
  /**
   * The origin that browsers see, such as `https://app.example`. Https makes the cookies `Secure`, with the `__Host-`
   * prefix. Give it always, but for development.
   * @default whichever a request was sent to
   */
  readonly origin?: string | undefined;
  /** Other origins of the same site whose pages may use the session, to the letter. @default none */
  readonly allowedOrigins?: readonly string[];
  /** Under which path the routes are. @default "" */
  readonly basePath?: string;
  /** In milliseconds. @default idle 15 minutes, absolute 8 hours, access 5 minutes */
  readonly limits?: Partial<Limits>;
  /**
   * How long a refresh whose reply was lost can be repeated with its `Idempotency-Key`, in ms. As long as a computer may
   * sleep between two attempts and the session be alive after it. @default the idle timeout
   */
  readonly graceWindow?: number;
  /** How long ago the user may have authenticated when other sessions are ended, in ms. @default 5 minutes */
  readonly endOthersMaxAge?: number;
  /** `"lax"`: the cookies also come with a link from another site, so that its first page can be rendered. @default "strict" */
  readonly sameSite?: "strict" | "lax";
  /** Gets one line of JSON for each step in a session's life, under a salted hash of its id. @default no log */
  readonly audit?: ((line: string) => void) | undefined;
  /** Gets the name of what happened, for counting. @default nobody counts */
  readonly onEvent?: (event: ServerEvent) => void;
  /** @default the clock of the machine */
  readonly clock?: Clock;
}

const MINUTE = 60_000;
const DEFAULTS: Limits = {
  idleTimeout: 15 * MINUTE,
  absoluteTimeout: 8 * 60 * MINUTE,
  accessLifetime: 5 * MINUTE,
};

/** What is left to look up when all is well. */
export interface Settings {
  readonly secret: Uint8Array;
  readonly limits: Limits;
  readonly graceWindow: number;
  readonly endOthersMaxAge: number;
  readonly basePath: string;
}

/** @throws TypeError that names everything that is wrong. */
export function settingsOf<User extends object>(options: SessionServerOptions<User>): Settings {
  const problems: string[] = [];
  const must = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };

  const limits = { ...DEFAULTS, ...options.limits };
  const { graceWindow = limits.idleTimeout, endOthersMaxAge = 5 * MINUTE, basePath = "" } = options;
  for (const [name, value] of Object.entries(limits)) must(value > 0, `limits.${name} must be above 0 ms`);
  must(
    Number.isFinite(limits.absoluteTimeout),
    "limits.absoluteTimeout must be finite: every session ends some time",
  );
  must(
    limits.idleTimeout <= limits.absoluteTimeout,
    "limits.idleTimeout must not be longer than limits.absoluteTimeout",
  );
  must(
    limits.accessLifetime <= limits.absoluteTimeout,
    "limits.accessLifetime must not be longer than limits.absoluteTimeout",
  );
  must(graceWindow >= 0, "graceWindow must not be below 0 ms");
  // It goes over the wire in whole seconds.
  must(endOthersMaxAge >= 1000, "endOthersMaxAge must be at least 1000 ms");
  must(/^(\/[\w.~-]+)*$/.test(basePath), `basePath must look like /auth, not "${basePath}"`);
  for (const origin of [options.origin ?? [], options.allowedOrigins ?? []].flat())
    must(isOrigin(origin), `"${origin}" is no origin: write one such as https://app.example`);

  const secret = bytesOf(options.secret);
  must(
    secret.length >= KEY_LENGTH,
    `secret must be at least ${KEY_LENGTH} random bytes, as such or in base64url`,
  );
  if (problems.length > 0) throw new TypeError(problems.join("\n"));
  return { secret, limits, graceWindow, endOthersMaxAge, basePath };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

/** No bytes, where it is not base64url: a pass phrase is no random key. */
function bytesOf(secret: Uint8Array | string): Uint8Array {
  if (typeof secret !== "string") return secret;
  return Buffer.from(/^[\w-]+={0,2}$/.test(secret) ? secret : "", "base64url");
}
