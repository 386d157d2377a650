// @vitest-environment node
import { expect, test } from "vitest";
import { isDue } from "../../src/element/announcer.js";

/** What is said while the seconds left are looked at one after another. */
function said(...looks: number[]): number[] {
  let before: number | undefined;
  return looks.filter((seconds) => {
    const due = isDue(before, seconds);
    before = seconds;
    return due;
  });
}
const downFrom = (seconds: number) => Array.from({ length: seconds + 1 }, (_, passed) => seconds - passed);

test("A9 said at opening, each whole minute, 30 s and 10 s, never each second", () => {
  expect(said(...downFrom(200))).toEqual([200, 180, 120, 60, 30, 10]);
  expect(said(...downFrom(120))).toEqual([120, 60, 30, 10]);
  expect(said(...downFrom(25))).toEqual([25, 10]);
});

test("A9 a mark that was slept through is said once, with the time that is left", () => {
  expect(said(125, 59, 58)).toEqual([125, 59]);
  expect(said(125, 7, 6)).toEqual([125, 7]);
});

test("A9 nothing is said when more time is left than before, and nothing when none is", () => {
  expect(said(45, 90, 89)).toEqual([45]);
  expect(said(0, 0)).toEqual([]);
  expect(said(5, 0)).toEqual([5]);
});
