/** What was measured again and again: the middle, and where the middle half lies. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below === above ? below : below + (above - below) * (place - Math.floor(place));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), count: sorted.length };
}

/** Three digits that mean something, and no more. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const places = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 4));
}

/** `12.3 (11.9–13.1)` */
export const shown = ({ median, low, high }: Spread): string =>
  Number.isFinite(median)
    ? `${digits(median)} (${digits(low)}–${Number.isFinite(high) ? digits(high) : "never"})`
    : "–";

/** `1.12 ×` */
export const ratio = (value: number, floor: number): string =>
  Number.isFinite(value) && Number.isFinite(floor) ? `${digits(value / floor)} ×` : "–";
