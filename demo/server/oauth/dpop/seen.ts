import { hashOf } from "../../../../src/backend/ids.js";
import type { Store } from "../../../../src/backend/store/store.js";

const PREFIX = "proof/";

/** The proofs that came, for as long as they could come again (RFC 9449, 11.1). */
export class SeenProofs {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** False where it was here before. */
  add(htu: string, jti: string, until: number): Promise<boolean> {
    return this.#store.update<true, boolean>(PREFIX + hashOf(`${htu} ${jti}`), (known) =>
      known ? { result: false } : { put: true, until, result: true },
    );
  }
}
