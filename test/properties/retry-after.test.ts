import fc from "fast-check";
import { expect, test } from "vitest";
import { retryAfter } from "../../src/server/outcome.js";
import { holds } from "./support.js";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const read = (value: string, date?: string) =>
  retryAfter(new Headers({ "Retry-After": value, ...(date !== undefined && { Date: date }) }), NOW);

const http = (at: number) => new Date(at).toUTCString();
/** An instant as HTTP can tell one: in whole seconds. */
const instant = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000);

test("a number is that many seconds, whatever the clocks say", () => {
  holds(0.2, fc.tuple(fc.nat(), instant, fc.constantFrom("", " ", "0")), ([seconds, date, before]) => {
    expect(read(`${before}${seconds}`, http(date))).toBe(seconds * 1000);
  });
});

test("F24 a date is as far away as the server's own clock has it, or ours where the server shows none", () => {
  holds(0.3, fc.tuple(instant, fc.integer({ min: -DAY / 1000, max: DAY / 1000 })), ([date, seconds]) => {
    fc.pre(date + seconds * 1000 >= 0 && date > 0);
    const ahead = seconds >= 0 ? seconds * 1000 : undefined;
    expect(read(http(date + seconds * 1000), http(date))).toBe(ahead);
    expect(read(http(NOW + seconds * 1000))).toBe(ahead);
  });
});

test("whatever else it says, it is a time that has not passed, or nothing", () => {
  const header = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  });
  const close = fc
    .tuple(
      fc.constantFrom("", "-", "+", "0x", "1.", "Mon, "),
      fc.oneof(fc.bigInt().map(String), instant.map(http)),
      header,
    )
    .map((parts) => parts.join(""));
  const values = fc.oneof(
    close,
    header,
    fc.constantFrom("", "NaN", "Infinity", "1e3", "soon", "9".repeat(400)),
  );
  holds(0.5, fc.tuple(values, fc.option(fc.oneof(header, instant.map(http)))), ([value, date]) => {
    const ms = read(value, date ?? undefined);
    if (ms !== undefined) expect(ms).toBeGreaterThanOrEqual(0);
  });
});
