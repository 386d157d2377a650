import fc from "fast-check";
import { expect, test } from "vitest";
import { SessionError } from "../../src/errors.js";
import { type Duration, milliseconds } from "../../src/options.js";
import { anything, holds, outcome } from "./support.js";

const UNITS = [
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
] as const;
const read = (value: unknown) => outcome(() => milliseconds(value as Duration, "idle.timeout"));

/** Decimal notation: what people write. */
const amount = fc.oneof(
  fc.nat().map(String),
  fc.tuple(fc.nat(), fc.nat(999_999)).map(([whole, part]) => `${whole}.${part}`),
  fc.bigInt({ min: 0n, max: 10n ** 330n }).map(String),
);

test("a number with a unit is that many of it", () => {
  holds(
    0.2,
    fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(...UNITS)),
    ([count, [unit, ms]]) => {
      expect(read(`${count}${unit}`)).toBe(count * ms);
      expect(read(count * ms)).toBe(count * ms);
    },
  );
});

test("of the same number, the larger unit is longer", () => {
  holds(0.2, amount, (number) => {
    const lengths = UNITS.map(([unit]) => read(`${number}${unit}`)).filter((ms) => typeof ms === "number");
    expect(lengths).toEqual([...new Set(lengths)].sort((a, b) => a - b));
    if (Number(number) === 0) expect(lengths).toEqual([]);
    else if (Number(number) < 1e300) expect(lengths).toHaveLength(UNITS.length);
  });
});

test("of the same unit, the larger number is not shorter", () => {
  const pair = fc.tuple(amount, amount).map((them) => them.sort((a, b) => Number(a) - Number(b)));
  holds(0.1, fc.tuple(pair, fc.constantFrom(...UNITS)), ([[less, more], [unit]]) => {
    const [short, long] = [read(`${less}${unit}`), read(`${more}${unit}`)];
    if (typeof short === "number" && typeof long === "number") expect(short).toBeLessThanOrEqual(long);
  });
});

test("anything is a finite time above nothing, or refused by the name of its option", () => {
  const close = fc
    .tuple(
      amount,
      fc.string({ maxLength: 2 }),
      fc.constantFrom("ms", "s", "m", "h", "d", "S", "µs", ""),
      fc.string({ maxLength: 2 }),
    )
    .map((parts) => parts.join(""));
  holds(
    0.5,
    fc.oneof(
      close,
      close.map((text) => [text]),
      fc.double(),
      anything,
    ),
    (value) => {
      const ms = read(value);
      if (ms instanceof SessionError)
        expect(ms).toMatchObject({ code: "ERR_INVALID_OPTION", option: "idle.timeout" });
      else {
        expect(ms).toBeGreaterThan(0);
        expect(ms).toBeLessThan(Infinity);
        expect(["number", "string"]).toContain(typeof value);
      }
    },
  );
});
