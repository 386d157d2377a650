/** Shorter ones would blacken half of a report, and are no secrets. */
const SHORTEST = 4;

/**
 * Every secret that came by: passwords, cookies, tokens. The checks quote none; what they have seen, and every error, goes
 * through here all the same, for a server may say a secret where nobody expects it.
 */
export class Secrets {
  readonly #known = new Set<string>();

  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (!value || value.length < SHORTEST) continue;
      for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])
        this.#known.add(form);
    }
  }

  redact(text: string): string {
    const longestFirst = [...this.#known].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((cleaned, secret) => cleaned.replaceAll(secret, "[redacted]"), text);
  }
}
