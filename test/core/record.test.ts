import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isReason, newest, parseRecord, type SharedRecord } from "../../src/core/record.js";
import { NEVER } from "../../src/core/time.js";
import { ended, frozen, record } from "./support.js";

/** What is no number and yet passes for one somewhere. */
const NO_NUMBERS = [undefined, null, "", "5", true, [], [5], {}, new Date(5), 5n, Symbol("5"), Number.NaN];
const NO_TEXTS = [undefined, null, 5, true, {}, [], "x".repeat(200)];
const NO_FLAGS = [undefined, null, 0, 1, "true", "", {}];

const instants = ["activityAt", "touchedAt", "retryAt"] as const;
const limits = [
  "idleTimeout",
  "absoluteAt",
  "absoluteTimeout",
  "absoluteTold",
  "accessAt",
  "accessLifetime",
] as const;
const counters = ["epoch", "sequence", "failures"] as const;

const texts = ["prefix", "subject", "marker"] as const;
const flags = ["live", "asked"] as const;
/** Not all records have it; no record has it wrong. */
const WRONG_TEXTS = NO_TEXTS.slice(2, -1);

/** Every way in which one field can be wrong. */
const wrong: [field: keyof SharedRecord, value: unknown][] = [];
function never(fields: readonly (keyof SharedRecord)[], values: readonly unknown[]) {
  for (const field of fields) for (const value of values) wrong.push([field, value]);
}
never(["v"], [undefined, null, 0, 2, "1", true, 1n]);
never([...instants, ...limits, ...counters], NO_NUMBERS);
never([...instants, ...counters], [NEVER]);
never([...limits, ...counters], [-1]);
never(counters, [0.5, 2 ** 53]);
never(texts, NO_TEXTS);
never(flags, NO_FLAGS);
never(["authAt"], [...NO_NUMBERS.slice(2), NEVER, -NEVER]);
never(["acr"], WRONG_TEXTS);
never(["intent"], [undefined, false, 0, "", "x", 1, [], {}]);
never(
  ["intent"],
  [...NO_NUMBERS, NEVER, 0.5].map((attempt) => ({ attempt, tab: "a" })),
);
never(
  ["intent"],
  NO_TEXTS.slice(0, -1).map((tab) => ({ attempt: 1, tab })),
);

test.each(wrong.map(([key, value]) => [key, inspect(value).slice(0, 40), value] as const))(
  "S11 what is stored is untrusted: %s = %s makes it no record",
  (key, _, value) => {
    expect(parseRecord({ ...record, [key]: value })).toBeUndefined();
  },
);

test.each(Object.keys(record))("S11 a record without %s is none", (key) => {
  const { [key as keyof SharedRecord]: _, ...rest } = record;
  expect(parseRecord(rest)).toBeUndefined();
});

test.each([
  undefined,
  null,
  0,
  1,
  "",
  "record",
  true,
  [],
  {},
  [record],
  () => record,
  Object.assign(() => {}, record),
  JSON.stringify(record),
])("S11 %s is no record", (data) => {
  expect(parseRecord(data)).toBeUndefined();
});

test.each<[name: string, changed: object]>([
  ["a live record", {}],
  ["the same with limits that never come", Object.fromEntries(limits.map((key) => [key, NEVER]))],
  ["the same with zeros", Object.fromEntries([...instants, ...limits, ...counters].map((key) => [key, 0]))],
  ["the same with texts as long as they may be", { prefix: "x".repeat(199), subject: "", marker: "" }],
  ["the same with an intent", { intent: { attempt: 1, tab: "" } }],
  ["the same with the intent of a tab", { intent: { attempt: 12, tab: "a" } }],
  ["the same with the user's authentication", { authAt: 5, acr: "gold" }],
  ["the same with one of which nobody has told the class", { authAt: 5 }],
  ["the same after failures", { failures: 3, retryAt: 5, asked: true }],
])("%s is taken as it is", (_, changed) => {
  const stored = frozen({ ...record, ...changed });
  expect(parseRecord(stored)).toBe(stored);
});

test.each(["logout", "idle", "absolute", "rejected", "replaced"] as const)(
  "I22 a record that ended with the reason %s is taken, and the reason with it",
  (reason) => {
    const stored = { ...ended, end: { reason, confirmed: true } };
    expect(parseRecord(stored)).toBe(stored);
    expect(isReason(reason)).toBe(true);
  },
);

test.each([
  ["live, but with an end", { ...record, end: ended.end }],
  ["ended, but without an end", { ...ended, end: null }],
  ["ended for no reason", { ...ended, end: { confirmed: true } }],
  ["ended for an unknown reason", { ...ended, end: { reason: "bored", confirmed: true } }],
  ["ended for the reason of a prototype", { ...ended, end: { reason: "toString", confirmed: true } }],
  ["ended, and nobody knows whether the server knows", { ...ended, end: { reason: "idle" } }],
  ["ended, and the server knows maybe", { ...ended, end: { reason: "idle", confirmed: "yes" } }],
])("S11 a record that is %s is none", (_, stored) => {
  expect(parseRecord(stored)).toBeUndefined();
});

test.each([undefined, null, 0, "", "Idle", "idle ", ["idle"], {}])("%s is no reason to end", (value) => {
  expect(isReason(value)).toBe(false);
});

test("S11 parsing never throws, whatever is stored", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (data) => {
      expect(parseRecord(data)).toBeUndefined();
    }),
  );
});

test("S11 whatever one field is changed to, what is accepted is well-formed", () => {
  const field = fc.constantFrom(...Object.keys(record));
  const base = fc.constantFrom(record, ended);
  const edge = fc.constantFrom(
    0,
    1,
    -0,
    0.1,
    NEVER,
    -NEVER,
    Number.NaN,
    2 ** 53,
    2 ** 53 - 1,
    null,
    "idle",
    [1],
  );
  fc.assert(
    fc.property(base, field, fc.oneof(fc.anything(), fc.double(), edge), (from, key, value) => {
      const read = parseRecord({ ...from, [key]: value });
      if (!read) return;
      for (const key of [...instants, ...limits, ...counters]) expect(read[key]).toBeTypeOf("number");
      for (const key of [...limits, ...counters]) expect(read[key]).toBeGreaterThanOrEqual(0);
      for (const key of instants) expect(Number.isFinite(read[key])).toBe(true);
      for (const key of counters) expect(Number.isSafeInteger(read[key])).toBe(true);
      for (const key of ["prefix", "subject", "marker"] as const) expect(read[key]).toBeTypeOf("string");
      expect(read.live).toBe(read.end === null);
    }),
    { numRuns: 1000 },
  );
});

// -- Which of two is further on

const stored = record;
test.each<[name: string, known: SharedRecord | undefined, expected: "stored" | "known"]>([
  ["a higher epoch wins over the stored", { ...record, epoch: 8, sequence: 0 }, "known"],
  ["a lower epoch does not, whatever its sequence (F29)", { ...record, epoch: 6, sequence: 99 }, "stored"],
  ["a higher sequence wins over the stored", { ...record, sequence: 4 }, "known"],
  ["a lower sequence does not", { ...record, sequence: 2 }, "stored"],
  ["of equals the stored one counts, others may have added to it", { ...record, failures: 1 }, "stored"],
  ["against nothing the stored one counts", undefined, "stored"],
])("%s", (_, known, expected) => {
  expect(newest(stored, known)).toBe(expected === "stored" ? stored : known);
});

test("F35 where nothing is stored, what this tab knows counts: an empty storage signs nobody out", () => {
  expect(newest(undefined, record)).toBe(record);
  expect(newest(undefined, undefined)).toBeUndefined();
});
