const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `"10s"`, `"1.5m"`, `"8h"` → milliseconds. Undefined when it is no duration: a bare number has no unit to go by. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return factor === undefined ? undefined : Math.round(Number(amount) * factor);
}
