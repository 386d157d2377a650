import type { EndReason, Origin } from "../index.js";

/** The detail of `purge`. */
export interface PurgeDetail {
  readonly reason: EndReason;
  readonly origin: Origin;
}

/** The events of `<session-warning>`. They do not bubble. */
export interface SessionWarningEventMap {
  /**
   * The session is over and the page is covered: wipe what is private. `preventDefault()` takes the cover away:
   * the application shows the end itself.
   */
  purge: CustomEvent<PurgeDetail>;
  /** "Sign in again" was pressed. By default the page is reloaded; `preventDefault()` closes the ended view instead. */
  signin: CustomEvent<undefined>;
  /**
   * Somebody else has signed in: nothing on this page is theirs. By default the page is reloaded; after
   * `preventDefault()` starting afresh is the application's business.
   */
  reset: CustomEvent<undefined>;
}
