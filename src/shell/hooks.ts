import type { EndReason } from "../core/state.js";
import type { Clock } from "../platform/platform.js";
import { report } from "./events.js";

/** What a `beforeEnd` hook is told. */
export interface EndHookInfo {
  /** Why the session is about to end, or has ended. */
  readonly reason: EndReason;
  /**
   * Whether requests still have credentials. `false` where the end came from another tab, from the server or after a
   * sleep: then only what needs no server can be saved.
   */
  readonly live: boolean;
  /** Aborts after 3 s: the end does not wait longer. */
  readonly signal: AbortSignal;
}

/** Saves the user's work before the session ends. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook may be async or not
export type EndHook = (info: EndHookInfo) => void | Promise<unknown>;

export interface Hooks {
  add(hook: EndHook): () => void;
  /** Calls every hook, once for one end. Resolves when all are done or time is up. */
  run(reason: EndReason, live: boolean): Promise<void>;
  /** The session goes on after all, or a new one begins. */
  reset(): void;
}

export function createHooks(clock: Clock, limit: number): Hooks {
  const hooks = new Set<EndHook>();
  let spent: Promise<void> | undefined;
  return {
    add(hook) {
      hooks.add(hook);
      return () => hooks.delete(hook);
    },
    run(reason, live) {
      spent ??= new Promise((resolve) => {
        const abort = new AbortController();
        const stop = () => {
          cancel();
          abort.abort();
          resolve();
        };
        const cancel = clock.timer(limit, stop);
        const info = { reason, live, signal: abort.signal };
        const calls = [...hooks].map(async (hook) => hook(info));
        void Promise.all(calls.map((call) => call.catch(report))).then(stop);
      });
      return spent;
    },
    reset() {
      spent = undefined;
    },
  };
}
