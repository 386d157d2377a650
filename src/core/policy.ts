/** What the application configured, as plain numbers: the third argument of every decision. */
export interface Policy {
  /** Idle limit in ms; `undefined` takes what the server says, `Infinity` switches the limit off. */
  readonly idleTimeout: number | undefined;
  /** How long before it the warning opens; `undefined`: as usual. */
  readonly idleWarning: number | undefined;
  /** Absolute limit in ms; `undefined` takes what the server says, `Infinity` switches the limit off. */
  readonly absoluteTimeout: number | undefined;
  readonly absoluteWarning: number | undefined;
  /** How long before expiry a visible tab refreshes, at most. */
  readonly refreshMargin: number;
  /** How long a tab waits for another one that is refreshing. */
  readonly patience: number;
  /** The server has a way to read the session without extending it. */
  readonly canPeek: boolean;
  readonly canTouch: boolean;
  readonly canRefresh: boolean;
}

/** Where neither the application nor the server names a limit (OWASP, low-risk applications). */
export const DEFAULT_IDLE = 15 * 60_000;
export const DEFAULT_ABSOLUTE = 8 * 3_600_000;

/** NIST SP 800-63B §8 advises about two minutes. A limit that leaves less is warned of at its half. */
export const USUAL_IDLE_WARNING = 2 * 60_000;
export const USUAL_ABSOLUTE_WARNING = 10 * 60_000;

/** How long before a limit the `beforeEnd` hooks are called. */
export const LAST_CALL = 3000;
