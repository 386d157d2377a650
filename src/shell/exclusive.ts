import { NEVER } from "../core/time.js";
import type { Platform } from "../platform/platform.js";

/** Held while a tab acts for all. */
export interface Lease {
  /** Still this tab's: not stolen, and not held so long that others may have given up on it. */
  valid(): boolean;
  /** Aborts when the lease is lost. */
  readonly signal: AbortSignal;
}

export type Exclusive = <T>(
  task: (lease: Lease) => Promise<T>,
  options: { patience: number; steal?: boolean; signal: AbortSignal },
) => Promise<T | typeof NOT_HELD>;

/** The lock was not granted in time, or it was taken away. */
export const NOT_HELD = Symbol("not held");

/**
 * The lock of the session: held for a call to the server only, awaited for a bounded time, never polled. A tab can
 * be frozen while it holds the lock, so it can be stolen; whoever was robbed must not act on it any more, and does
 * not get its result.
 */
export function createExclusive({ lock, clock }: Platform, name: string, now: () => number): Exclusive {
  return async <T>(
    task: (lease: Lease) => Promise<T>,
    { patience, steal, signal }: { patience: number; steal?: boolean; signal: AbortSignal },
  ) => {
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
    // Wrapped, so that a rejection of the request is the lock's and never the task's.
    const held = async () => {
      since = now();
      cancel();
      return [await task(lease).then((value) => () => value, refuse)] as const;
    };
    const refuse = (error: unknown) => () => {
      throw error;
    };
    try {
      const [result] = lock
        ? await lock(name, steal ? { steal } : { signal: wait.signal }, held)
        : await held();
      return (result as () => T)();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      robbed.abort();
      return NOT_HELD;
    } finally {
      cancel();
      signal.removeEventListener("abort", give);
    }
  };
}
