import type { Store } from "../../../src/backend/store/store.js";

const KEY = "csp/latest";

/** The last violations of the Content-Security-Policy that browsers reported. */
export class CspReports {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  add(report: unknown): Promise<void> {
    return this.#store.update<unknown[], void>(KEY, (kept = []) => ({
      put: [report, ...kept].slice(0, 20),
      result: undefined,
    }));
  }

  async latest(): Promise<readonly unknown[]> {
    return (await this.#store.get<unknown[]>(KEY)) ?? [];
  }

  clear(): Promise<void> {
    return this.#store.update(KEY, () => ({ remove: true, result: undefined }));
  }
}
