import type { Clock } from "./clock.js";
import type { Store } from "./store/store.js";

/** Keys of sessions, each with the time when it must be over. */
type Index = Readonly<Record<string, number>>;

/**
 * Which sessions a user has, so that they are found without a walk over everybody's. A list of where to look, not the
 * truth: what has ended is taken out now or later, and whoever reads looks at the sessions themselves.
 */
export class SessionsOf {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #prefix: string;

  constructor(kind: string, store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#prefix = `${kind}s-of/`;
  }

  async keys(userId: string): Promise<string[]> {
    return Object.keys((await this.#store.get<Index>(this.#prefix + userId)) ?? {});
  }

  /** To be called when the session is there: a key without one would be taken for one that has ended. */
  add(userId: string, key: string, until: number): Promise<void> {
    return this.#change(userId, (index) => ({ ...index, [key]: until }));
  }

  remove(userId: string, keys: readonly string[]): Promise<void> {
    return this.#change(userId, (index) => {
      const left = Object.entries(index).filter(([key]) => !keys.includes(key));
      return left.length < Object.keys(index).length ? Object.fromEntries(left) : index;
    });
  }

  #change(userId: string, change: (index: Index) => Index): Promise<void> {
    return this.#store.update<Index, void>(this.#prefix + userId, (index = {}) => {
      const changed = change(index);
      if (changed === index) return { result: undefined };
      const now = this.#clock.now();
      const put = Object.fromEntries(Object.entries(changed).filter(([, until]) => until > now));
      const until = Math.max(...Object.values(put));
      return until > now ? { put, until, result: undefined } : { remove: true, result: undefined };
    });
  }
}
