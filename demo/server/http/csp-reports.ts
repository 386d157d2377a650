/** The last violations of the Content-Security-Policy that browsers reported. */
export class CspReports {
  readonly #kept: unknown[] = [];

  add(report: unknown): void {
    this.#kept.unshift(report);
    this.#kept.splice(20);
  }

  get latest(): readonly unknown[] {
    return this.#kept;
  }

  clear(): void {
    this.#kept.length = 0;
  }
}
