import type { Clock } from "../platform/platform.js";

/** Rejects, with nothing, where `operation` takes longer than `limit` ms. */
export function inTime<T>(clock: Clock, limit: number, operation: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(limit, () => reject());
    operation.then(resolve, reject).finally(cancel);
  });
}
