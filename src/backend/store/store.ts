/**
 * What the server needs from a database. Keys are `<kind>/<id>`, values are plain JSON.
 *
 * `update` is the only way to write, and it is atomic: nobody else writes the key between the read and the write.
 * A store with transactions runs `decide` inside one; a store with compare-and-set (Redis with a Lua script) runs
 * it, tries to swap, and runs it again when it lost. So `decide` must have no side effects.
 */
export interface Store {
  get<T>(key: string): Promise<T | undefined>;
  update<T, R>(key: string, decide: (current: T | undefined) => Decision<T, R>): Promise<R>;
  /** Everything under a prefix, in the order of the keys. For sweeps and short lists. */
  list<T>(prefix: string): Promise<readonly (readonly [key: string, value: T])[]>;
  close(): Promise<void>;
}

/** What to do with the value, and what to tell the caller. Neither `put` nor `remove`: leave it. */
export interface Decision<T, R> {
  readonly put?: T;
  readonly remove?: true;
  readonly result: R;
}
