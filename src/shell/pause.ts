import type { Clock } from "../platform/platform.js";

/** Resolves after so many ms, or as soon as `signal` aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.timer(ms, end);
    signal?.addEventListener("abort", end);
  });
}
