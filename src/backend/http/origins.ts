/** From where requests may come. */
export class Origins {
  readonly #own: string | undefined;
  readonly #others: ReadonlySet<string>;

  constructor(own: string | undefined, others: readonly string[] = []) {
    this.#own = own;
    this.#others = new Set(others);
  }

  /** The origin that the browser sees. Without one that is configured, it is whichever the request was sent to. */
  of({ url }: Request): string {
    return this.#own ?? new URL(url).origin;
  }

  /** Another origin that is listed to the letter. */
  lists(origin: string | null): origin is string {
    return origin !== null && this.#others.has(origin);
  }

  get listsAny(): boolean {
    return this.#others.size > 0;
  }
}
