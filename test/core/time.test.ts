import fc from "fast-check";
import { expect, test } from "vitest";
import { correctLead, type Lead, NO_LEAD } from "../../src/core/time.js";
import { HOUR, MINUTE, SECOND, WALL } from "./support.js";

type Reading = readonly [wall: number, mono: number];

/** What the session clock shows after each reading, counted from the first. */
function elapsed(first: Reading, ...later: Reading[]): number[] {
  let lead: Lead = correctLead(NO_LEAD, ...first);
  const start = first[1] + lead.ms;
  return later.map(([wall, mono]) => {
    lead = correctLead(lead, wall, mono);
    return mono + lead.ms - start;
  });
}

test("the session clock begins as the wall clock", () => {
  expect(correctLead(NO_LEAD, WALL, 250)).toEqual({ skew: WALL - 250, ms: WALL - 250 });
});

test.each<[name: string, later: Reading[], shown: number[]]>([
  ["time passes as both clocks tell", [[WALL + MINUTE, MINUTE]], [MINUTE]],
  ["I1 a sleep that stopped the monotonic clock has passed", [[WALL + HOUR, 0]], [HOUR]],
  ["I1 a sleep that stopped it halfway has passed whole", [[WALL + HOUR, HOUR / 2]], [HOUR]],
  [
    "I12 a clock set back takes no time away",
    [
      [WALL + MINUTE, MINUTE],
      [WALL + MINUTE - HOUR, MINUTE],
    ],
    [MINUTE, MINUTE],
  ],
  [
    "I12 after a clock was set back, time goes on as before",
    [
      [WALL - HOUR, 0],
      [WALL - HOUR + MINUTE, MINUTE],
    ],
    [0, MINUTE],
  ],
  [
    "a sleep after the clock was set back has passed whole",
    [
      [WALL - HOUR, 0],
      [WALL, 0],
    ],
    [0, HOUR],
  ],
  ["I12 a clock set forward cannot be told from a sleep: it counts", [[WALL + HOUR, SECOND]], [HOUR]],
  [
    "what has counted stays when the clock is set back again",
    [
      [WALL + HOUR, 0],
      [WALL, 0],
    ],
    [HOUR, HOUR],
  ],
  [
    "sleeps too short to be told from noise count when they have added up",
    [
      [WALL + 600, 0],
      [WALL + 1200, 0],
      [WALL + 1800, 0],
      [WALL + 2400, 0],
    ],
    [0, 1200, 1200, 2400],
  ],
  [
    "a wall clock that runs slow takes nothing away, however long it does",
    [
      [WALL + 9_400, 10_000],
      [WALL + 18_800, 20_000],
      [WALL + 28_200, 30_000],
    ],
    [10_000, 20_000, 30_000],
  ],
])("%s", (_, later, shown) => {
  expect(elapsed([WALL, 0], ...later)).toEqual(shown);
});

test.each([
  [1000, 0],
  [1001, 1001],
  [-1000, 0],
  [-1001, 0],
])("a jump of %d ms moves the session clock by %d ms", (jump, shown) => {
  expect(elapsed([WALL, 0], [WALL + jump, 0])).toEqual([shown]);
});

test.each([-1000, 0, 1000])("while the clocks agree within a second (%d ms) nothing is allocated", (jump) => {
  const lead = correctLead(NO_LEAD, WALL, 0);
  expect(correctLead(lead, WALL + jump, 0)).toBe(lead);
});

test.each([
  [-1001, { skew: WALL - 1001, ms: WALL }],
  [1001, { skew: WALL + 1001, ms: WALL + 1001 }],
])("after a jump of %d ms the clocks are compared with where they stand now", (jump, lead) => {
  expect(correctLead(correctLead(NO_LEAD, WALL, 0), WALL + jump, 0)).toEqual(lead);
});

const steps = fc.array(
  fc.record({ mono: fc.nat({ max: HOUR }), wall: fc.integer({ min: -HOUR, max: HOUR }) }),
  { minLength: 1, maxLength: 30 },
);
const readings = (all: { mono: number; wall: number }[]) => {
  let at: Reading = [WALL, 0];
  return all.map(({ mono, wall }) => {
    at = [at[0] + wall, at[1] + mono];
    return at;
  });
};

test("I12 whatever is done to the wall clock, the session clock never goes back nor falls behind either clock", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const later = readings(all);
      let before = 0;
      for (const [i, shown] of elapsed([WALL, 0], ...later).entries()) {
        const [wall, mono] = later[i];
        expect(shown).toBeGreaterThanOrEqual(before);
        expect(shown).toBeGreaterThanOrEqual(mono);
        expect(shown).toBeGreaterThanOrEqual(wall - WALL - 1000);
        before = shown;
      }
    }),
  );
});

test("rounding noise adds up to nothing, however often the clocks are read", () => {
  const noisy = fc.array(
    fc.record({ mono: fc.nat({ max: MINUTE }), noise: fc.integer({ min: -1000, max: 1000 }) }),
    { minLength: 1, maxLength: 100 },
  );
  fc.assert(
    fc.property(noisy, (all) => {
      let mono = 0;
      const later = all.map(({ mono: ms, noise }): Reading => {
        mono += ms;
        return [WALL + mono + noise, mono];
      });
      expect(elapsed([WALL, 0], ...later).at(-1)).toBe(mono);
    }),
  );
});
