import type { LockPort } from "./platform.js";

/** Web Locks, in secure contexts: https://w3c.github.io/web-locks/ */
export const lock: LockPort | undefined =
  typeof navigator === "object" && navigator.locks
    ? (name, options, task) => navigator.locks.request(name, options, task) as Promise<never>
    : undefined;
