import { expect, test } from "vitest";
import { type Demand, meets, NONE, placed, stampOf } from "../../src/core/fresh.js";
import { NEVER } from "../../src/core/time.js";
import { frozen, HOUR, MINUTE, NOW, record, WALL, when } from "./support.js";

const authenticated = frozen({ ...record, authAt: WALL });

test("T6 a record of which nobody has told when the user authenticated tells of no authentication", () => {
  expect([stampOf(undefined), stampOf(record), stampOf(authenticated)]).toEqual([0, 0, WALL]);
  expect(placed(NONE, undefined, when(0))).toBe(NONE);
  expect(placed(NONE, record, when(0))).toBe(NONE);
  expect(placed(placed(NONE, authenticated, when(0)), record, when(0))).toBe(NONE);
});

test("T6 an authentication gets its place on this tab's clock when it is first seen, and keeps it", () => {
  const seen = placed(NONE, authenticated, when(5 * MINUTE));
  expect(seen).toEqual({ stamp: WALL, at: NOW });
  // The wall clock is set, in either direction.
  for (const off of [-HOUR, HOUR])
    expect(placed(seen, authenticated, { now: NOW + 6 * MINUTE, wall: WALL + off })).toBe(seen);
  expect(placed(seen, { ...record, authAt: WALL + MINUTE }, when(5 * MINUTE)).at).toBe(NOW + MINUTE);
});

test("T6 a stamp ahead of the clock is now, and not yet to come", () => {
  expect(placed(NONE, { ...record, authAt: WALL + HOUR }, when(0)).at).toBe(NOW);
});

const any: Demand = { maxAge: NEVER, acr: [] };

test.each<[what: string, demand: Partial<Demand>, age: number, acr: string | undefined, met: boolean]>([
  ["is young enough", { maxAge: MINUTE }, MINUTE, undefined, true],
  ["is too old", { maxAge: MINUTE }, MINUTE + 1, undefined, false],
  ["is of the class", { acr: ["gold"] }, HOUR, "gold", true],
  ["is of one of the classes", { acr: ["gold", "silver"] }, HOUR, "silver", true],
  ["is of another class", { acr: ["gold"] }, 0, "silver", false],
  ["is of a class that begins like it", { acr: ["gold"] }, 0, "gol", false],
  ["is of no class", { acr: ["gold"] }, 0, "", false],
  ["is of no class that was told", { acr: ["gold"] }, 0, undefined, false],
  ["is of the class, and too old", { acr: ["gold"], maxAge: MINUTE }, HOUR, "gold", false],
  ["is of the class, and young enough", { acr: ["gold"], maxAge: MINUTE }, 0, "gold", true],
])("T6 an authentication that %s", (_, demand, age, acr, met) => {
  expect(meets({ stamp: WALL, at: NOW }, acr, { ...any, ...demand }, NOW + age)).toBe(met);
});

test("T6 where nobody has told of an authentication, none is young enough", () => {
  expect(meets(NONE, undefined, { ...any, maxAge: 365 * 24 * HOUR }, NOW)).toBe(false);
  // Unless any age will do.
  expect(meets(NONE, undefined, any, NOW)).toBe(true);
});

test.each<[what: string, refused: number, acr: string | undefined, wanted: string[], met: boolean]>([
  ["the one that was refused", WALL, undefined, [], false],
  ["the one that was refused, of the class", WALL, "gold", ["gold"], false],
  ["another one", WALL - 1, undefined, [], true],
  // A clock that was set back in between.
  ["another one with an older stamp", WALL + HOUR, undefined, [], true],
  ["the first one", 0, undefined, [], true],
  ["another one of the class", 0, "gold", ["gold"], true],
  ["another one of another class", 0, "silver", ["gold"], false],
  ["another one of which nobody has told the class", 0, "", ["gold"], true],
])("T6 after a server's refusal, whatever its age here: %s", (_, refused, acr, wanted, met) => {
  const demand = { maxAge: 0, acr: wanted, refused };
  expect(meets({ stamp: WALL, at: NOW }, acr, demand, NOW + HOUR)).toBe(met);
});
