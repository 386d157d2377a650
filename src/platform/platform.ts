/**
 * Everything Sojourn needs from its surroundings, on one screen: each port has a file of its own with the
 * browser's default. `sojourn/testing` has the other implementation.
 */
export interface Platform extends FirstPorts {
  /** The page's own origin. `"null"` where it has none, as in a file. */
  readonly origin: string;
  readonly activity: ActivityPort;
  readonly lifecycle: LifecyclePort;
  /** Opens the channel of a session; `undefined` where a page has no way to reach its neighbours. */
  readonly channel: (name: string, receive: (data: unknown) => void) => Channel;
  /** `undefined` where there are no Web Locks. */
  readonly lock: LockPort | undefined;
  /** A one-way name for a subject; `undefined` where that cannot be made. */
  readonly hash: (text: string) => Promise<string | undefined>;
  /** What tokens are sealed with, loaded where there are any; `undefined` where the browser has none. */
  readonly cipher: () => Promise<CipherPort | undefined>;
  readonly fetch: (request: Request) => Promise<Response>;
}

/** What a session needs to know whether somebody is signed in; the rest is for acting on it. */
export interface FirstPorts {
  readonly clock: Clock;
  readonly random: RandomPort;
  readonly record: (name: string) => RecordPort;
  /** What relative URLs go by now: a page without a `<base>` moves with its history. On a server it is not asked. */
  readonly base: () => string;
  /** There is a page at all: not so while it is rendered on a server. */
  readonly page: boolean;
}

/** What time it is, and how to wait. */
export interface Clock {
  /** Wall clock, ms since the epoch. It can be set, in both directions. */
  wall(): number;
  /** Monotonic clock, ms. It may stop while the machine sleeps. */
  mono(): number;
  /** One timer. Returns the function that cancels it. */
  timer(ms: number, run: () => void): () => void;
}

/** Calls `active` on anything a user does. Returns the function that stops it. */
export type ActivityPort = (events: readonly string[], active: () => void) => ActivityWatch;

/** Watches for what a user does. */
export interface ActivityWatch {
  /** Watches a same-origin frame too. Returns the function that stops it. */
  attach(target: EventTarget): () => void;
  stop(): void;
}

/** What happens to a page: seen or not, awake or focused again, about to be frozen, back as it was left, online. */
export type LifecycleEvent = "visible" | "hidden" | "wake" | "suspend" | "restore" | "online";

/** Whether the page is seen, and what happens to it. */
export interface LifecyclePort {
  visible(): boolean;
  /** Returns the function that stops it. */
  watch(happened: (event: LifecycleEvent) => void): () => void;
  /** Hides the page from sight (`data-session-pending` on the root element) or shows it again. */
  curtain(closed: boolean): void;
}

/** To all other tabs. */
export interface Channel {
  post(data: unknown): void;
  close(): void;
}

/**
 * Runs `task` while holding the lock. Rejects when `signal` aborts the wait, or when another tab steals the lock:
 * `task` then still runs and must not act on what it holds no longer.
 */
export type LockPort = <T>(name: string, options: LockOptions, task: () => Promise<T>) => Promise<T>;

/** How long to wait for a lock (`signal`), or whether to take it from whoever holds it (`steal`). */
export interface LockOptions {
  readonly signal?: AbortSignal;
  readonly steal?: boolean;
}

/** The record on disk that every tab of the origin sees, and what is written beside it. */
export interface RecordPort {
  /**
   * `fresh`: what every other tab has written is in it. Storage that all tabs share always is.
   * `name`: of a value beside the record, instead of it.
   */
  read(fresh?: boolean, name?: string): Promise<unknown>;
  /**
   * Atomic: no other tab writes between what `change` is given and what it returns. `beside` writes other values
   * with it.
   */
  update(change: (stored: unknown) => unknown, beside?: (put: Put) => void): Promise<void>;
  /** Lets go of the storage; the next use opens it again. */
  close(): void;
}

/** Chance. */
export interface RandomPort {
  /** In [0, 1). */
  number(): number;
  /** 128 random bits as text. */
  id(): string;
}

/** Writes a value. `undefined` overwrites what was there. */
export type Put = (name: string, value: unknown) => void;

/** Seals texts. Keys are opaque, and no key that it makes can be exported. */
export interface CipherPort {
  /** A new key, or the one that a secret text stands for. */
  key(secret?: string): Promise<unknown>;
  /** `about` is not secret: the seal opens only for who says the same. */
  seal(key: unknown, text: string, about: string): Promise<unknown>;
  /** `undefined`: it was not sealed with this key, or not for this. */
  open(key: unknown, sealed: unknown, about: string): Promise<string | undefined>;
  pair(): Promise<CipherPair>;
}

/** A pair of keys, one half of which may be told. */
export interface CipherPair {
  readonly told: unknown;
  /** The key in common with who has told theirs. Rejects where that is no key. */
  agree(told: unknown, about: string): Promise<unknown>;
}
