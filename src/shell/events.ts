import type { Event } from "../core/effect.js";
import type { SessionState } from "../session-state.js";
import type { StepUp } from "./fresh.js";

type CoreEvents = { [E in Event as E["event"]]: E["detail"] };

/** Events of a session and what they carry. They come on a change of meaning only, never with a secret. */
export interface SessionEvents<User = unknown> extends CoreEvents {
  /** Any change of `getState()`. */
  change: SessionState<User>;
  /** Part of the surroundings failed or is missing, and the session goes on without it. */
  degraded: { readonly part: "storage" | "lock" | "channel" | "crypto" | "key" };
  /**
   * The user is to authenticate again, or more strongly, for the server (RFC 9470) or for `requireFresh()`. Nobody is signed
   * out. Once for all who wait for the same.
   */
  stepUp: StepUp;
  /** A hold began or ended; `reason` is what the caller gave. */
  hold: { readonly active: boolean; readonly reason?: string | undefined; readonly until: number };
}

type Announce<User> = <E extends keyof SessionEvents<User>>(event: E, detail: SessionEvents<User>[E]) => void;

export interface Emitter<User> {
  on<E extends keyof SessionEvents<User>>(
    event: E,
    listener: (detail: SessionEvents<User>[E]) => void,
  ): () => void;
  /** Queues an event: the state it speaks of must be in place before anybody hears of it. */
  announce: Announce<User>;
  /** Delivers what is queued, in order, and never in the middle of another delivery. */
  deliver(): void;
}

/** A listener that throws is reported like any uncaught error, and the others are still called. */
export function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}

export function createEmitter<User>(): Emitter<User> {
  const listeners = new Map<string, Set<(detail: never) => void>>();
  const queue: [event: string, detail: unknown][] = [];
  let delivering = false;
  return {
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      // Wrapped, so that a listener added twice is called twice and removed once.
      const own = (detail: never) => listener(detail);
      set.add(own);
      return () => set.delete(own);
    },
    announce: (...event) => queue.push(event),
    deliver() {
      if (delivering) return;
      delivering = true;
      for (let next = queue.shift(); next; next = queue.shift())
        for (const listener of [...(listeners.get(next[0]) ?? [])]) {
          try {
            listener(next[1] as never);
          } catch (error) {
            report(error);
          }
        }
      delivering = false;
    },
  };
}
