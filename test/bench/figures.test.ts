import { expect, test } from "vitest";
import { plotLines } from "../../bench/support/plot.js";
import { digits, ratio, shown, spreadOf } from "../../bench/support/stats.js";

test("the middle of what was measured, and where the middle half lies", () => {
  expect(spreadOf([5, 1, 3, 2, 4])).toEqual({ median: 3, low: 2, high: 4, count: 5 });
  expect(spreadOf([1, 2])).toMatchObject({ median: 1.5 });
});

test("who was never served has no figure", () => {
  expect(shown(spreadOf([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]))).toBe("–");
  expect(shown(spreadOf([1, 2, Number.POSITIVE_INFINITY]))).toBe("2.00 (1.50–never)");
  expect(digits(Number.NaN)).toBe("–");
  expect([ratio(Number.POSITIVE_INFINITY, 1), ratio(1, Number.POSITIVE_INFINITY)]).toEqual(["–", "–"]);
});

test("figures have three digits that mean something", () => {
  expect([digits(1234.5), digits(12.345), digits(0.012345), digits(0)]).toEqual([
    "1235",
    "12.3",
    "0.0123",
    "0",
  ]);
  expect(ratio(3, 2)).toBe("1.50 ×");
});

test("a plot has a line and a name for each who was measured, and says what it shows", () => {
  const svg = plotLines(
    "Requests",
    ["tabs", "requests"],
    [
      {
        name: "a < b",
        points: [
          [1, 1],
          [20, Number.POSITIVE_INFINITY],
          [50, 50],
        ],
      },
      { name: "nothing", points: [] },
    ],
  );
  expect(svg).toContain('aria-label="Requests"');
  expect(svg).toContain("a &lt; b");
  expect(svg.match(/stroke-width="2"/g)).toHaveLength(1);
  expect(svg).not.toContain("NaN");
});
