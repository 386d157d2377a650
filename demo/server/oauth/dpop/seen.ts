import type { Clock } from "../../../../src/backend/clock.js";
import { hashOf } from "../../../../src/backend/ids.js";
import type { Store } from "../../../../src/backend/store/store.js";

const PREFIX = "proof/";

/** The proofs that came, for as long as they could come again (RFC 9449, 11.1). */
export class SeenProofs {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** False where it was here before. */
  add(htu: string, jti: string, until: number): Promise<boolean> {
    return this.#store.update<number, boolean>(PREFIX + hashOf(`${htu} ${jti}`), (known) =>
      known === undefined || known <= this.#clock.now() ? { put: until, result: true } : { result: false },
    );
  }

  async sweep(): Promise<void> {
    for (const [key, until] of await this.#store.list<number>(PREFIX))
      if (until <= this.#clock.now())
        await this.#store.update<number, void>(key, () => ({ remove: true, result: undefined }));
  }
}
