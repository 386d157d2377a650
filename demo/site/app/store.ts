/** A value, and who wants to know when it changes. Every part of the application's model is one of these. */
export interface Readable<T> {
  get(): T;
  /** Calls `run` with the value now and after every change. Returns the function that ends it. */
  subscribe(run: (value: T) => void): () => void;
}

export interface Store<T> extends Readable<T> {
  set(value: T): void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const runs = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const run of [...runs]) run(value);
    },
    subscribe(run) {
      runs.add(run);
      run(value);
      return () => runs.delete(run);
    },
  };
}
