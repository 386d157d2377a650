import type { Limit, Session, SessionError, SessionState } from "./index.js";

/** What a warning shows. Immutable, and the same object as long as it says the same. */
export interface WarningState {
  /** A limit is near, and the user has not dismissed the warning. */
  readonly open: boolean;
  /** The limit that is near; while none is, the one of the last warning. */
  readonly limit: Limit;
  /** Whether "Stay signed in" can be offered: nothing moves an absolute limit. */
  readonly extendable: boolean;
  /** Whole seconds until the limit, rounded up and never negative; `0` while not open. */
  readonly secondsLeft: number;
  /** An answer of the user, `extend()` or `logout()`, is on its way. */
  readonly pending: boolean;
  /** Why the last answer to this warning failed. Gone with the next answer, and with the warning. */
  readonly error: SessionError | undefined;
}

/** The warning before a limit, without any looks. Its functions need no `this`. */
export interface SessionWarning {
  /** What to show now, also for those who do not subscribe. */
  getState(): WarningState;
  /**
   * Calls `listener` after every change, and so once a second while the warning is open and the page visible. Nothing
   * is listened to and nothing ticks before the first subscriber and after the last. Returns the function that ends it.
   */
  subscribe(listener: () => void): () => void;
  /**
   * "Stay signed in". Never rejects: the warning closes when the session says so, and where it could not be extended it
   * stays, with `error`. While one is pending a second one is the same.
   */
  extend(): Promise<void>;
  /** "Sign out", as {@link SessionWarning.extend}. */
  logout(): Promise<void>;
  /**
   * "OK": closes a warning of a limit that cannot be moved. It stays closed until that limit; the warning of another
   * limit, or of another session, opens. One that can be extended wants an answer and stays.
   */
  dismiss(): void;
}

/** Two deadlines closer than this are one: tabs and servers round. */
const SAME = 2000;

/** What only a session with a limit near has. */
type Near = Partial<Omit<Extract<SessionState, { status: "warning" }>, "status">>;

/**
 * The behaviour that all warnings share: `<session-warning>`, React, Vue and your own.
 * It does nothing until it is subscribed to, and needs no disposal.
 * @example
 * ```ts
 * import { createWarning } from "sojourn/warning";
 *
 * const bar = document.createElement("p");
 * const warning = createWarning(session);
 * const stop = warning.subscribe(() => {
 *   const { open, secondsLeft } = warning.getState();
 *   bar.hidden = !open;
 *   bar.textContent = `Signing out in ${secondsLeft} s`;
 * });
 * ```
 */
export function createWarning(session: Session<unknown>): SessionWarning {
  let view = { limit: "idle", extendable: true } as WarningState;
  /** What the subscribers were last told of. */
  let told: WarningState;
  let error: SessionError | undefined;
  /** The deadline of the warning that was dismissed: whoever looks seldom cannot mistake the next one for it. */
  let dismissed = 0;
  const answers: { extend?: Promise<void> | undefined; logout?: Promise<void> | undefined } = {};
  const listeners = new Set<() => void>();
  const document = globalThis.document;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe: () => void;

  function getState(): WarningState {
    const { limit = view.limit, extendable = view.extendable, deadlineAt = 0 }: Near = session.getState();
    const open = !!deadlineAt && Math.abs(deadlineAt - dismissed) > SAME;
    if (!deadlineAt) error = undefined;
    const next: WarningState = {
      open,
      limit,
      extendable,
      secondsLeft: open ? Math.ceil(session.timeLeft(limit) / 1000) : 0,
      pending: !!(answers.extend || answers.logout),
      error,
    };
    for (const key in next)
      if (next[key as keyof WarningState] !== view[key as keyof WarningState]) view = next;
    return view;
  }

  /** Tells the subscribers what has changed, and comes back at the next whole second. */
  function tick() {
    const before = told;
    told = getState();
    clearTimeout(timer);
    if (listeners.size && told.secondsLeft && !document?.hidden)
      timer = setTimeout(tick, Math.ceil(session.timeLeft(told.limit) % 1000) || 1000);
    // Async for what one throws: it is reported as not handled, and the others are still called.
    if (told !== before) for (const listener of [...listeners]) void (async () => listener())();
  }

  function answer(verb: "extend" | "logout"): Promise<void> {
    error = undefined;
    answers[verb] ??= session[verb]()
      .catch((reason) => {
        error = reason;
      })
      .then(() => {
        answers[verb] = undefined;
        tick();
      });
    tick();
    return answers[verb] as Promise<void>;
  }

  return {
    getState,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        told = getState();
        unsubscribe = session.subscribe(tick);
        document?.addEventListener("visibilitychange", tick);
      }
      return () => {
        if (listeners.delete(listener) && !listeners.size) {
          unsubscribe();
          document?.removeEventListener("visibilitychange", tick);
          tick();
        }
      };
    },
    extend: () => answer("extend"),
    logout: () => answer("logout"),
    dismiss() {
      const { extendable, deadlineAt = 0 }: Near = session.getState();
      if (!extendable) dismissed = deadlineAt;
      tick();
    },
  };
}
