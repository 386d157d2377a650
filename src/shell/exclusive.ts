import { NEVER } from "../core/time.js";
import type { Platform } from "../platform/platform.js";

/** Held while a tab acts for all. */
export interface Lease {
  /** Still this tab's: not stolen, and not held so long that others may have given up on it. */
  valid(): boolean;
  /** Aborts when the lease is lost. */
  readonly signal: AbortSignal;
}

export interface Exclusive {
  <T>(
    task: (lease: Lease) => Promise<T>,
    options: { patience: number; steal?: boolean; signal: AbortSignal },
  ): Promise<T | typeof NOT_HELD>;
  /** Tabs queue for it. Where they cannot, `task` runs at once. */
  queues(): boolean;
}

/** The lock was not granted in time, or it was taken away. */
export const NOT_HELD = Symbol("not held");

/**
 * The lock of the session: held for a call to the server only, awaited for a bounded time, never polled. A tab can
 * be frozen while it holds the lock, so it can be stolen; whoever was robbed must not act on it any more, and does
 * not get its result.
 */
export function createExclusive(
  { lock: locks, clock }: Platform,
  name: string,
  now: () => number,
  degraded: () => void,
): Exclusive {
  let lock = locks;

  async function exclusive<T>(
    task: (lease: Lease) => Promise<T>,
    { patience, steal, signal }: { patience: number; steal?: boolean; signal: AbortSignal },
  ): Promise<T | typeof NOT_HELD> {
    if (signal.aborted) return NOT_HELD;
    const wait = new AbortController();
    const robbed = new AbortController();
    let since = NEVER;
    const lease: Lease = {
      valid: () => !robbed.signal.aborted && now() - since < patience,
      signal: robbed.signal,
    };
    const give = () => {
      wait.abort();
      robbed.abort();
    };
    const cancel = clock.timer(patience, () => wait.abort());
    signal.addEventListener("abort", give);
    // Also for a request that nothing answers.
    const outOfPatience = new Promise<undefined>((resolve) => {
      wait.signal.addEventListener("abort", () => since === NEVER && resolve(undefined));
    });
    // The result is wrapped, so that a rejection of the request is the lock's and never the task's.
    const held = async () => {
      if (wait.signal.aborted) return undefined;
      since = now();
      cancel();
      return task(lease).then(
        (value) => () => value,
        (error) => () => {
          throw error;
        },
      );
    };
    const request = async () => {
      if (!lock) return held();
      return lock(name, steal ? { steal } : { signal: wait.signal }, held).catch((error) => {
        // Robbed, perhaps before this tab had heard that it was granted: it must not begin any more.
        if (error?.name === "AbortError") wait.abort();
        // Not the wait that ended, and not a robbery: locks are refused here.
        if (since < NEVER || wait.signal.aborted) return undefined;
        lock = undefined;
        degraded();
        return held();
      });
    };
    try {
      const result = await Promise.race([request(), outOfPatience]);
      if (result) return result();
      robbed.abort();
      return NOT_HELD;
    } finally {
      cancel();
      signal.removeEventListener("abort", give);
    }
  }
  return Object.assign(exclusive, { queues: () => !!lock });
}
