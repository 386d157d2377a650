/** One after the other for each name, in the order of asking. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<T>(name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const mine = before ? before.then(act, act) : act();
    const done = () => {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    };
    this.#last.set(name, mine);
    mine.then(done, done);
    return mine;
  }
}
