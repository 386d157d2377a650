import fc from "fast-check";
import { expect, test } from "vitest";
import { active, claim, confirmed, failed, over, refreshed, signIn } from "../../src/core/commit.js";
import { merge as mergeAt } from "../../src/core/merge.js";
import type { SharedRecord } from "../../src/core/record.js";
import { NEVER } from "../../src/core/time.js";
import { ended, frozen, grant, MINUTE, nextSession, policy, record, WALL } from "./support.js";

const own = frozen(record);
const merge = (heard: SharedRecord, known: SharedRecord | undefined, wall = WALL + 10 * MINUTE) =>
  mergeAt(heard, known, wall);

test("a tab that knows nothing takes what it hears", () => {
  expect(merge(record, undefined)).toBe(record);
  expect(merge(ended, undefined)).toBe(ended);
});

test.each<[name: string, heard: SharedRecord, expected: "heard" | "own"]>([
  ["a newer epoch", nextSession("ada"), "heard"],
  ["F27 the end", ended, "heard"],
  ["a newer sequence", { ...record, sequence: 4, absoluteAt: WALL + MINUTE }, "heard"],
  ["an older epoch (F29)", { ...nextSession("ada"), epoch: 6, sequence: 9 }, "own"],
  ["an older sequence", { ...record, sequence: 2, absoluteAt: WALL + MINUTE, failures: 2 }, "own"],
])("a tab that hears %s keeps the one that is further on", (_, heard, expected) => {
  expect(merge(frozen(heard), own)).toEqual({
    ...(expected === "heard" ? heard : own),
  });
});

test("I-idle a tab that is a refresh behind was used: who is ahead takes over when, and nothing else", () => {
  const used = { activityAt: WALL + MINUTE, touchedAt: WALL + MINUTE };
  const behind = { ...record, ...used, sequence: 2, failures: 2 };
  const merged = { ...record, ...used };
  expect(merge(frozen(behind), own)).toEqual(merged);
  expect(merge(own, frozen(behind))).toEqual(merged);
});

test("of two equally far on, the newest activity and touch of either count, and else what was just heard", () => {
  const heard = { ...record, activityAt: WALL + 5, touchedAt: WALL - 5, failures: 2, retryAt: 9 };
  const known = { ...record, activityAt: WALL - 5, touchedAt: WALL + 5 };
  expect(merge(frozen(known), frozen(heard))).toEqual({ ...known, activityAt: WALL + 5 });
  const failed = { ...heard, failures: known.failures };
  expect(merge(frozen(failed), frozen(known))).toEqual({ ...failed, touchedAt: WALL + 5 });
});

test("I-idle a touch that failed has given its claim back, also for those who had heard of it", () => {
  const claimed = { ...record, touchedAt: WALL + 5 };
  const failed = { ...record, touchedAt: WALL - 5, failures: 1, retryAt: 9 };
  expect(merge(frozen(failed), frozen(claimed))).toEqual(failed);
  expect(merge(frozen(claimed), frozen(failed))).toEqual(claimed);
});

test("F29 an end is an end, whatever another tab says of it later", () => {
  const later = { ...ended, activityAt: WALL + MINUTE, end: { reason: "idle", confirmed: true } } as const;
  expect(merge(frozen(later), frozen(ended))).toBe(ended);
});

test("I-mix two sessions that happen to have the same numbers are not taken for one", () => {
  const theirs = { ...record, prefix: "another", subject: "alan", activityAt: WALL + MINUTE };
  expect(merge(frozen(theirs), own)).toBe(own);
  expect(merge(own, theirs)).toBe(theirs);
  const begun = { ...nextSession("alan"), epoch: 8 };
  expect(merge(frozen(begun), frozen(ended))).toBe(ended);
  expect(merge(ended, begun)).toBe(begun);
});

test("I-once a session that two tabs found apart is one again when they hear of each other, under one name", () => {
  const found = { ...record, marker: "51", prefix: "aaa" };
  const also = { ...record, marker: "51", prefix: "bbb", activityAt: WALL + MINUTE };
  expect(merge(frozen(found), frozen(also))).toBe(found);
  expect(merge(frozen(also), frozen(found))).toBe(found);
  // The name under which a refresh is under way already stays.
  const sent = { ...also, intent: { attempt: 1, tab: "b" } };
  expect(merge(frozen(sent), frozen(found))).toBe(sent);
  expect(merge(frozen(found), frozen(sent))).toBe(sent);
  // One that has ended here is not found again.
  const over = { ...ended, marker: "51", prefix: "bbb" };
  const alive = {
    ...nextSession("ada"),
    epoch: over.epoch,
    sequence: over.sequence,
    marker: "51",
    prefix: "aaa",
  };
  expect(merge(frozen(alive), frozen(over))).toBe(over);
  // The server names another one.
  const second = { ...also, marker: "52" };
  expect(merge(frozen(found), frozen(second))).toBe(second);
  // Servers that have no name for a session leave it open.
  const nameless = { ...record, marker: "", prefix: "aaa" };
  const other = { ...record, marker: "", prefix: "bbb" };
  expect(merge(frozen(nameless), frozen(other))).toBe(other);
});

test("of two that tell of one authentication the one that is further on has its class", () => {
  const gold = { ...record, sequence: record.sequence + 1, authAt: WALL, acr: "gold" };
  expect(merge(frozen(gold), frozen({ ...record, authAt: WALL, acr: "silver" }))).toMatchObject({
    acr: "gold",
  });
});

test("I-idle a stamp that is a second ahead is another clock's, and still one of now", () => {
  const ahead = { ...record, activityAt: WALL + 1000 };
  expect(merge(frozen(record), frozen(ahead), WALL).activityAt).toBe(WALL + 1000);
  const further = { ...record, activityAt: WALL + 1001 };
  expect(merge(frozen(record), frozen(further), WALL).activityAt).toBe(WALL);
});

test("I-idle after the clock was set back, a stamp from before is no activity of now", () => {
  const before = { ...record, activityAt: WALL + 5 * MINUTE, touchedAt: WALL + 5 * MINUTE };
  const after = { ...record, activityAt: WALL + 5, touchedAt: WALL + 6 };
  for (const [heard, known] of [
    [before, after],
    [after, before],
  ] as const)
    expect(merge(frozen(heard), frozen(known), WALL + 10)).toMatchObject({
      activityAt: WALL + 5,
      touchedAt: WALL + 6,
    });
  // Nobody has been active since: then the newest of before counts.
  const older = { ...before, activityAt: WALL + 4 * MINUTE };
  expect(merge(frozen(older), frozen(before), WALL).activityAt).toBe(before.activityAt);
});

test("S2 the nearer absolute limit of both counts: a late word does not move it away", () => {
  const nearer = confirmed(record, record, WALL, { absolute: MINUTE }, false) as SharedRecord;
  expect(merge(record, nearer).absoluteAt).toBe(nearer.absoluteAt);
  expect(merge(nearer, record).absoluteAt).toBe(nearer.absoluteAt);
});

test("S2 I-abs the limit that a sign-in told is known to both: who found the session was told what was left of it", () => {
  const found = frozen({ ...record, absoluteTimeout: 5 * MINUTE, absoluteTold: 5 * MINUTE });
  const told = frozen({ ...record, absoluteTimeout: 8 * MINUTE, absoluteTold: 10 * MINUTE });
  for (const merged of [merge(found, told), merge(told, found)])
    expect(merged).toMatchObject({ absoluteTimeout: 8 * MINUTE, absoluteTold: 10 * MINUTE });
});

test("replicas that changed apart and hear each other stand at the same place, and no activity is lost", () => {
  const change = fc.constantFrom<(r: SharedRecord) => SharedRecord | undefined>(
    (r) => refreshed(r, r, WALL, { access: MINUTE }),
    (r) => over(r, r.epoch, "logout", false),
    (r) => signIn(r, grant, policy),
    (r) => claim(r, r, "a", r.intent?.attempt ?? 0),
    (r) => failed(r, r, { wall: WALL, random: 0 }),
    (r) => confirmed(r, r, WALL, { absolute: 5 * MINUTE }, true),
    (r) =>
      active(r, {
        epoch: r.epoch,
        wall: r.activityAt + 9,
        age: 0,
        seen: r,
        activityAge: 9,
        touchAge: 9,
        idleTimeout: MINUTE,
        touchEvery: NEVER,
      }),
  );
  const apart = fc.array(change, { maxLength: 4 });
  const apply = (changes: ((r: SharedRecord) => SharedRecord | undefined)[]) =>
    changes.reduce<SharedRecord>((r, it) => it(r) ?? r, record);
  fc.assert(
    fc.property(apart, apart, (here, there) => {
      const a = frozen(apply(here));
      const b = frozen(apply(there));
      const ab = merge(a, b);
      const ba = merge(b, a);
      for (const key of ["epoch", "sequence", "live"] as const) expect(ab[key]).toBe(ba[key]);
      for (const key of ["activityAt", "touchedAt", "absoluteAt"] as const)
        expect(ab.live && ab[key]).toBe(ba.live && ba[key]);
      expect([ab.epoch, ab.sequence]).toEqual(
        [a, b].map((r) => [r.epoch, r.sequence]).sort((x, y) => y[0] - x[0] || y[1] - x[1])[0],
      );
    }),
    { numRuns: 500 },
  );
});

test("T6 I-live that the user has authenticated is not undone by a refresh of a tab that had not heard of it", () => {
  const known = frozen({ ...record, authAt: WALL + 5, acr: "gold" });
  const refreshed = frozen({ ...record, sequence: 4, authAt: WALL, acr: "silver" });
  for (const merged of [merge(refreshed, known), merge(known, refreshed)])
    expect(merged).toEqual({ ...refreshed, authAt: WALL + 5, acr: "gold" });
  expect(merge(frozen({ ...record, sequence: 4 }), known)).toMatchObject({ sequence: 4, authAt: WALL + 5 });
  expect(merge(own, known)).toEqual(known);
  expect(merge(known, own)).toEqual(known);
});

test("T6 I-mix an authentication counts for its own session", () => {
  const known = { ...record, authAt: WALL + 5 };
  for (const other of [ended, nextSession("ada"), { ...record, sequence: 4, prefix: "another" }])
    expect(merge(frozen(other), known)).toBe(other);
});
