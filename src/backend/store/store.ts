/**
 * What the server needs from a database. Keys are `<kind>/<id>`, values are plain JSON.
 *
 * `update` is the only way to write, and it is atomic: nobody else writes the key between the read and the write.
 * A store with transactions runs `decide` inside one; a store with compare-and-set (Redis with a Lua script) runs
 * it, tries to swap, and runs it again when it lost. So `decide` must have no side effects.
 *
 * A value whose time is over is not there any more, for `get`, `update` and `list`, whether or not the database still has
 * it. The clock that says so is the driver's, which is to be the one that the layers above it judge by.
 *
 * Every call settles in bounded time. One that cannot be carried out rejects with `StoreUnavailable`.
 */
export interface Store {
  get<T>(key: string): Promise<T | undefined>;
  update<T, R>(key: string, decide: (current: T | undefined) => Decision<T, R>): Promise<R>;
  /**
   * Everything under a prefix, in the order of the keys, read a part at a time: a walk over a hundred thousand sessions
   * holds nobody up. What is written meanwhile may be met or not.
   */
  list<T>(prefix: string): AsyncIterable<readonly [key: string, value: T]>;
  /** Lets go of the room that values take whose time is over. To be called now and then, by any one process. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** What to do with the value, and what to tell the caller. Neither `put` nor `remove`: leave it. */
export interface Decision<T, R> {
  readonly put?: T;
  /** When that value's time is over, in ms since 1970. Without it, never: what an earlier `put` said is forgotten. */
  readonly until?: number;
  readonly remove?: true;
  readonly result: R;
}

/**
 * The database is away, hangs or has too much to do. It says nothing of the session: answer 503, and end nothing.
 *
 * A write may have been carried out all the same, when its reply was lost. Who repeats a rotation under its
 * `Idempotency-Key` gets the same successor, so nobody needs to know.
 */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
