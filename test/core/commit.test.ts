import { describe, expect, test } from "vitest";
import {
  type ActivityFacts,
  absoluteLeft,
  active,
  claim,
  confirmed,
  failed,
  joined,
  news,
  outlived,
  over,
  refreshed,
  signIn,
  unclaimed,
} from "../../src/core/commit.js";
import { DEFAULT_ABSOLUTE } from "../../src/core/policy.js";
import { parseRecord, type SharedRecord } from "../../src/core/record.js";
import { NEVER } from "../../src/core/time.js";
import { ended, frozen, grant, HOUR, MINUTE, nextSession, policy, record, SECOND, WALL } from "./support.js";

const here = { epoch: 7, sequence: 3 };
const LATER = WALL + MINUTE;

/** Where a change must not apply any more, whatever it is. */
const fences: [name: string, stored: SharedRecord | undefined][] = [
  ["F29 I-fence never across an epoch: a newer session", nextSession("ada")],
  ["F29 never across an epoch: a newer session at the same sequence", { ...record, epoch: 9 }],
  ["never across an epoch: an older session", { ...record, epoch: 6 }],
  ["F29 never on an ended record", ended],
  ["F29 never on an ended record, even of the same epoch", { ...record, live: false, end: ended.end }],
  ["never on nothing", undefined],
];
/** And where only what depends on the credential must not. */
const moved: [name: string, stored: SharedRecord][] = [
  ["F8 never over a newer sequence: another tab was faster", { ...record, sequence: 4 }],
  ["never at an older sequence", { ...record, sequence: 2 }],
];

describe("a sign-in", () => {
  test("begins with everything the server told, and with nothing of the session before", () => {
    const before = frozen({
      ...record,
      failures: 3,
      retryAt: LATER,
      asked: true,
      intent: { attempt: 4, tab: "a" },
    });
    const next = signIn(before, { ...grant, subject: "alan", marker: "m2", wall: LATER }, policy);
    expect(next).toEqual({
      v: 1,
      epoch: 8,
      sequence: 0,
      live: true,
      prefix: "random",
      subject: "alan",
      marker: "m2",
      activityAt: LATER,
      touchedAt: LATER,
      idleTimeout: 15 * MINUTE,
      absoluteAt: LATER + 8 * HOUR,
      absoluteTimeout: 8 * HOUR,
      absoluteTold: 8 * HOUR,
      accessAt: LATER + 10 * MINUTE,
      accessLifetime: 10 * MINUTE,
      failures: 0,
      retryAt: 0,
      asked: false,
      intent: null,
      end: null,
    });
    expect(parseRecord(next)).toBe(next);
  });

  test("where the server tells nothing, nothing expires but the default absolute limit", () => {
    const told = { subject: "ada", prefix: "p", wall: WALL };
    expect(signIn(undefined, told, { ...policy, absoluteTimeout: undefined })).toMatchObject({
      marker: "",
      idleTimeout: NEVER,
      absoluteAt: WALL + 8 * HOUR,
      absoluteTimeout: 8 * HOUR,
      absoluteTold: NEVER,
      accessAt: NEVER,
      accessLifetime: NEVER,
    });
    expect(DEFAULT_ABSOLUTE).toBe(8 * HOUR);
  });

  test("what has expired when it is told has expired", () => {
    const next = signIn(undefined, { ...grant, idle: 0, absolute: 0, access: 0 }, policy);
    expect([next.idleTimeout, next.absoluteAt, next.accessAt, next.accessLifetime]).toEqual([
      0,
      WALL,
      WALL,
      0,
    ]);
  });

  test.each<[name: string, told: number | undefined, own: number | undefined, expected: number]>([
    ["the server's, where the application names none", HOUR, undefined, HOUR],
    ["the server's beyond the default too", 24 * HOUR, undefined, 24 * HOUR],
    ["the nearer of both: the server's", HOUR, 2 * HOUR, HOUR],
    ["the nearer of both: the application's", 2 * HOUR, HOUR, HOUR],
    ["the application's, where the server tells none", undefined, HOUR, HOUR],
    ["I11 the application's, for 400 days too", undefined, 400 * 24 * HOUR, 400 * 24 * HOUR],
    ["none, where the application switched it off and the server tells none", undefined, NEVER, NEVER],
    ["the server's, where the application switched it off", HOUR, NEVER, HOUR],
  ])("has as absolute limit %s", (_, absolute, own, expected) => {
    const next = signIn(undefined, { ...grant, absolute }, { ...policy, absoluteTimeout: own });
    expect(next.absoluteAt).toBe(WALL + expected);
    expect(next.absoluteTimeout).toBe(expected);
    expect(next.absoluteTold).toBe(absolute ?? NEVER);
  });

  test("raises the epoch above the one on record, live or ended", () => {
    expect(signIn(record, grant, policy).epoch).toBe(8);
    expect(signIn(ended, grant, policy).epoch).toBe(9);
  });

  test("raises the epoch also where the storage was cleared: a second later it is above all before", () => {
    const first = signIn(undefined, grant, policy);
    expect(first.epoch).toBe(WALL / 1000);
    expect(signIn(undefined, { ...grant, wall: WALL + 999 }, policy).epoch).toBe(first.epoch);
    const again = signIn(undefined, { ...grant, wall: WALL + 2 * SECOND }, policy);
    expect(again.epoch).toBeGreaterThan((over(first, first.epoch, "logout", true) as SharedRecord).epoch);
  });

  test.each([0, 1, 999])("has a countable epoch on a machine whose clock shows %d", (wall) => {
    expect(signIn(undefined, { ...grant, wall }, policy).epoch).toBe(1);
  });
});

describe("a sign-in whose session is on record already", () => {
  const again = { ...grant, prefix: "another", wall: LATER, idle: 20 * MINUTE };

  test("I-once it goes on where it is: its epoch, its sequence, its keys, and the refresh under way", () => {
    const sending = frozen({ ...record, intent: { attempt: 1, tab: "b" } });
    expect(joined(sending, again, policy)).toEqual({ ...sending, activityAt: LATER });
  });

  test("signing in is activity, but later activity is known", () => {
    const later = frozen({ ...record, activityAt: LATER + 1 });
    expect(joined(later, again, policy)).toEqual(later);
  });

  test("S2 found at the server before the sign-in got here: the limit counts from the sign-in all the same", () => {
    const lasting = { ...again, wall: WALL, absolute: 4 * HOUR };
    // What was left of it when it was found.
    const found = { absoluteTimeout: 3 * HOUR, absoluteTold: 3 * HOUR };
    const joint = joined({ ...record, ...found, absoluteAt: WALL + 5 * HOUR }, lasting, policy);
    expect(joint).toMatchObject({
      absoluteAt: WALL + 4 * HOUR,
      absoluteTimeout: 4 * HOUR,
      absoluteTold: 4 * HOUR,
    });
    const nearer = joined({ ...record, absoluteAt: WALL + HOUR }, lasting, policy);
    expect(nearer?.absoluteAt).toBe(WALL + HOUR);
    // An application's own limit is shorter, and what the server says later is taken for what it was then.
    const own = joined({ ...record, ...found }, lasting, { ...policy, absoluteTimeout: 2 * HOUR });
    expect(own).toMatchObject({ absoluteTimeout: 2 * HOUR, absoluteTold: 4 * HOUR });
    // What it was told before, or less, is no longer limit.
    const told = { absoluteTimeout: 3 * HOUR, absoluteTold: 4 * HOUR };
    for (const absolute of [4 * HOUR, 2 * HOUR])
      expect(joined({ ...record, ...told }, { ...lasting, absolute }, policy)).toMatchObject(told);
  });

  test.each<[name: string, stored: SharedRecord | undefined, told?: object]>([
    ["nothing is on record", undefined],
    ["what is on record has ended", ended],
    ["the server names another session", { ...record, marker: "m0" }],
    ["the server names none", { ...record, marker: "" }, { marker: undefined }],
    ["the server's name is empty", { ...record, marker: "" }, { marker: "" }],
    ["it is another user's", { ...record, subject: "alan" }],
  ])("it is a new one where %s", (_, stored, told) => {
    expect(joined(stored, { ...again, ...told }, policy)).toBeUndefined();
  });
});

describe("a sign-in that comes late", () => {
  const late = { ...grant, prefix: "another", wall: WALL };
  const NOW = LATER + MINUTE;
  const since = (began: number, more = {}) =>
    frozen({ ...record, marker: "m9", absoluteAt: began + record.absoluteTimeout, ...more });

  test("I-dead its session has been used, and ended, since: it is over", () => {
    const marker = String(late.marker);
    expect(outlived({ ...ended, marker, activityAt: WALL + 1 }, late, NOW, -1)).toBe(true);
    // Signed in again at a server that gives the same session out.
    expect(outlived({ ...ended, marker, activityAt: WALL }, late, NOW, -1)).toBe(false);
    expect(outlived({ ...record, marker, activityAt: LATER }, late, NOW, -1)).toBe(false);
    // This tab has heard of the end, and the record does not say so yet.
    expect(outlived({ ...record, marker, activityAt: LATER }, late, NOW, record.epoch)).toBe(true);
    expect(outlived({ ...record, marker, activityAt: LATER }, late, NOW, record.epoch - 1)).toBe(false);
  });

  test("I-mix somebody has signed in after it: that goes on, or has ended in its turn", () => {
    expect(outlived(since(LATER), late, NOW, -1)).toBe(true);
    expect(outlived(since(LATER, { live: false, end: ended.end }), late, NOW, -1)).toBe(true);
    expect(outlived(since(LATER), { ...late, marker: undefined }, NOW, -1)).toBe(true);
    expect(outlived(since(WALL), late, NOW, -1)).toBe(false);
    expect(outlived(since(WALL - HOUR), late, NOW, -1)).toBe(false);
  });

  test("I12 nothing is said by a stamp from before the clock was set back, nor where there is no limit", () => {
    expect(outlived(since(LATER), late, LATER - 1, -1)).toBe(false);
    expect(outlived(since(LATER), late, LATER, -1)).toBe(true);
    const endless = { absoluteAt: Infinity, absoluteTimeout: Infinity };
    expect(outlived(since(LATER, endless), late, NOW, -1)).toBe(false);
    expect(outlived(undefined, late, NOW, -1)).toBe(false);
  });
});

describe("the intent to refresh", () => {
  test("is committed with the name of the tab and the number of the attempt, and nothing else changes", () => {
    expect(claim(frozen(record), here, "a", 0)).toEqual({ ...record, intent: { attempt: 1, tab: "a" } });
  });

  test("a later attempt knows that it is not the first", () => {
    const found = { ...record, intent: { attempt: 2, tab: "a" } };
    expect(claim(frozen(found), here, "b", 2)?.intent).toEqual({ attempt: 3, tab: "b" });
  });

  test("F8 of several tabs that saw the same attempt only one may claim the next", () => {
    const first = claim(record, here, "a", 0);
    expect(claim(first, here, "b", 0)).toBeUndefined();
    expect(claim(first, here, "b", 1)?.intent).toEqual({ attempt: 2, tab: "b" });
    expect(claim(record, here, "b", 1)).toBeUndefined();
  });

  test.each([...fences, ...moved])("is claimed %s", (_, stored) => {
    expect(claim(stored && frozen(stored), here, "a", 0)).toBeUndefined();
  });
});

describe("a refresh that came back", () => {
  const troubled = frozen({
    ...record,
    failures: 2,
    retryAt: LATER,
    asked: true,
    intent: { attempt: 3, tab: "a" },
  });

  test("raises the sequence, renews the credential and ends the trouble", () => {
    expect(refreshed(troubled, here, LATER, { access: 5 * MINUTE })).toEqual({
      ...troubled,
      sequence: 4,
      accessAt: LATER + 5 * MINUTE,
      accessLifetime: 5 * MINUTE,
      failures: 0,
      retryAt: 0,
      intent: null,
    });
  });

  test("S3 I5 is no activity, and no touch", () => {
    const next = refreshed(record, here, LATER, { access: MINUTE, idle: HOUR });
    expect([next?.activityAt, next?.touchedAt, next?.idleTimeout]).toEqual([WALL, WALL, 15 * MINUTE]);
  });

  test("a credential without a lifetime does not expire", () => {
    const { accessAt, accessLifetime } = refreshed(record, here, LATER, {}) as SharedRecord;
    expect([accessAt, accessLifetime]).toEqual([NEVER, NEVER]);
  });

  test.each([...fences, ...moved])("is committed %s", (_, stored) => {
    expect(refreshed(stored && frozen(stored), here, LATER, { access: MINUTE })).toBeUndefined();
  });

  test("F8 T3 of two answers to the same credential only the first is committed", () => {
    const first = refreshed(record, here, LATER, { access: MINUTE });
    expect(first?.sequence).toBe(4);
    expect(refreshed(first, here, LATER, { access: 5 * MINUTE })).toBeUndefined();
  });
});

describe("a failure", () => {
  test("is counted, and every tab waits for the same cool-down; nothing else is lost (F15)", () => {
    expect(failed(frozen(record), here, { wall: LATER, random: 0.5 })).toEqual({
      ...record,
      failures: 1,
      retryAt: LATER + 500,
      asked: false,
    });
  });

  test("F14 the cool-down grows with the failures before", () => {
    const third = failed({ ...record, failures: 2 }, here, { wall: LATER, random: 0.5 });
    expect([third?.failures, third?.retryAt]).toEqual([3, LATER + 2000]);
  });

  test("what the server asked for is kept, and that it did", () => {
    const busy = failed(record, here, { wall: LATER, random: 0.5, retryAfter: 30 * SECOND });
    expect([busy?.retryAt, busy?.asked]).toEqual([LATER + 30_500, true]);
    const atOnce = failed(record, here, { wall: LATER, random: 0.5, retryAfter: 0 });
    expect([atOnce?.retryAt, atOnce?.asked]).toEqual([LATER + 500, true]);
    const past = failed(busy, here, { wall: LATER + MINUTE, random: 0.5 });
    expect([past?.retryAt, past?.asked]).toEqual([LATER + MINUTE + 1000, false]);
    const now = failed(busy, here, { wall: LATER + 30_500, random: 0.5 });
    expect([now?.retryAt, now?.asked]).toEqual([LATER + 31_500, false]);
  });

  test("F14 another failure does not shorten the cool-down that the server asked for", () => {
    const busy = failed(record, here, { wall: LATER, random: 0.5, retryAfter: 30 * SECOND });
    const again = failed(busy, here, { wall: LATER + SECOND, random: 0.5 });
    expect([again?.failures, again?.retryAt, again?.asked]).toEqual([2, LATER + 30_500, true]);
  });

  test("F4 the attempt is over, but the next one is known not to be the first", () => {
    const tried = { ...record, intent: { attempt: 2, tab: "a" } };
    expect(failed(tried, here, { wall: LATER, random: 0, attempt: 2 })?.intent).toEqual({
      attempt: 2,
      tab: "",
    });
    expect(failed(record, here, { wall: LATER, random: 0, attempt: 2 })?.intent).toBeNull();
  });

  test("I-single what failed was a touch, a peek or an older attempt: the refresh of another tab is still under way", () => {
    const sending = frozen({ ...record, intent: { attempt: 2, tab: "a" } });
    expect(failed(sending, here, { wall: LATER, random: 0 })?.intent).toEqual(sending.intent);
    expect(failed(sending, here, { wall: LATER, random: 0, attempt: 1 })?.intent).toEqual(sending.intent);
    expect(failed(record, here, { wall: LATER, random: 0 })?.intent).toBeNull();
  });

  test("a touch that failed gives its claim back, and nobody else's", () => {
    const claimed = { ...record, touchedAt: LATER };
    const claim = { at: LATER, before: WALL };
    expect(failed(claimed, here, { wall: LATER, random: 0, claim })?.touchedAt).toBe(WALL);
    expect(failed(claimed, here, { wall: LATER, random: 0 })?.touchedAt).toBe(LATER);
    const since = { ...claimed, touchedAt: LATER + SECOND };
    expect(failed(since, here, { wall: LATER, random: 0, claim })?.touchedAt).toBe(LATER + SECOND);
  });

  test.each([...fences, ...moved])("is counted %s", (_, stored) => {
    expect(failed(stored && frozen(stored), here, { wall: LATER, random: 0 })).toBeUndefined();
  });
});

describe("a claim that is given back, for nothing was sent", () => {
  const claimed = frozen({ ...record, intent: { attempt: 1, tab: "a" } });

  test("leaves nothing to wait for", () => {
    expect(unclaimed(claimed, 1, null)).toEqual(record);
  });

  test("leaves the attempt that it took over as one that is made again", () => {
    const second = { ...record, intent: { attempt: 2, tab: "b" } };
    expect(unclaimed(second, 2, claimed.intent)?.intent).toEqual({ attempt: 1, tab: "" });
  });

  test("is not given back where another tab has claimed it since, or it is done", () => {
    expect(unclaimed(claimed, 2, null)).toBeUndefined();
    expect(unclaimed(record, 1, null)).toBeUndefined();
    expect(unclaimed(undefined, 1, null)).toBeUndefined();
  });
});

describe("the server's word that the session goes on", () => {
  const troubled = frozen({ ...record, failures: 2, retryAt: LATER });

  test("ends the trouble and leaves the rest as it was", () => {
    expect(confirmed(troubled, here, LATER, {}, false)).toEqual({ ...troubled, failures: 0, retryAt: 0 });
  });

  test("F14 leaves the cool-down that the server asked for as it was", () => {
    const asked = frozen({ ...troubled, asked: true });
    expect(confirmed(asked, here, LATER, {}, false)).toEqual({ ...asked, failures: 0 });
  });

  test("may name the session anew", () => {
    expect(confirmed(record, here, LATER, { marker: "m2" }, false)?.marker).toBe("m2");
    expect(confirmed(record, here, LATER, { marker: "" }, false)?.marker).toBe("");
  });

  test("S3 a peek moves no idle limit, a touch does", () => {
    const told = { idle: 5 * MINUTE };
    expect(confirmed(record, here, LATER, told, false)?.idleTimeout).toBe(15 * MINUTE);
    expect(confirmed(record, here, LATER, told, true)?.idleTimeout).toBe(5 * MINUTE);
    expect(confirmed(record, here, LATER, {}, true)?.idleTimeout).toBe(15 * MINUTE);
    expect(confirmed(record, here, LATER, told, true)).toMatchObject({ activityAt: WALL, touchedAt: WALL });
  });

  test("F24 tells when the credential expires, and what it may last at most stays", () => {
    const next = confirmed(record, here, LATER, { access: 2 * MINUTE }, false);
    expect([next?.accessAt, next?.accessLifetime]).toEqual([LATER + 2 * MINUTE, 10 * MINUTE]);
  });

  test("tells for the first time how long a credential lasts", () => {
    const endless = { ...record, accessAt: NEVER, accessLifetime: NEVER };
    const next = confirmed(endless, here, LATER, { access: 2 * MINUTE }, false);
    expect([next?.accessAt, next?.accessLifetime]).toEqual([LATER + 2 * MINUTE, 2 * MINUTE]);
  });

  test.each(moved)("says nothing of the credential when a refresh overtook it: %s", (_, stored) => {
    const next = confirmed(frozen(stored), here, LATER, { access: 2 * MINUTE, marker: "m2" }, true);
    expect(next).toEqual({ ...stored, marker: "m2" });
  });

  test.each<[string, Partial<SharedRecord>]>([
    ["says the same", {}],
    ["was on its way for a while", { accessAt: record.accessAt + 999, absoluteAt: record.absoluteAt - 999 }],
    ["tells what nobody needs to hear of", { retryAt: LATER }],
  ])("is no news where it %s", (_, change) => {
    expect(news(record, { ...record, ...change })).toBe(false);
    const endless = { ...record, absoluteAt: NEVER, accessAt: NEVER };
    expect(news(endless, { ...endless })).toBe(false);
  });

  test.each<[string, Partial<SharedRecord>, Partial<SharedRecord>]>([
    ["the trouble is over", { failures: 1 }, {}],
    ["the session has another name", {}, { marker: "m2" }],
    ["the user has authenticated", {}, { authAt: WALL }],
    ["the absolute limit is nearer", {}, { absoluteAt: record.absoluteAt - SECOND }],
    ["the credential expires sooner", {}, { accessAt: record.accessAt - SECOND }],
    ["the credential expires at all", { accessAt: NEVER }, { accessAt: LATER }],
  ])("is news where %s", (_, before, after) => {
    expect(news({ ...record, ...before }, { ...record, ...after })).toBe(true);
  });

  test.each(fences)("is committed %s", (_, stored) => {
    expect(confirmed(stored && frozen(stored), here, LATER, { access: MINUTE }, true)).toBeUndefined();
  });
});

describe("S2 I-abs the absolute limit", () => {
  const moves: [
    name: string,
    (r: SharedRecord, wall: number, absolute?: number) => SharedRecord | undefined,
  ][] = [
    ["a refresh", (r, wall, absolute) => refreshed(r, here, wall, { absolute })],
    ["a touch", (r, wall, absolute) => confirmed(r, here, wall, { absolute }, true)],
    ["a peek", (r, wall, absolute) => confirmed(r, here, wall, { absolute }, false)],
  ];

  test.each(moves)("is not moved away by %s, whatever the server tells", (_, move) => {
    expect(move(record, LATER, 9 * HOUR)?.absoluteAt).toBe(record.absoluteAt);
    expect(move(record, LATER, 8 * HOUR)?.absoluteAt).toBe(record.absoluteAt);
    expect(move(record, LATER)?.absoluteAt).toBe(record.absoluteAt);
    expect(move(record, LATER, 9 * HOUR)?.absoluteTimeout).toBe(8 * HOUR);
  });

  test.each(moves)("comes nearer when the server says so at %s", (_, move) => {
    expect(move(record, LATER, HOUR)?.absoluteAt).toBe(LATER + HOUR);
    expect(move(record, LATER, 0)?.absoluteAt).toBe(LATER);
  });

  const own = signIn(undefined, grant, { ...policy, absoluteTimeout: HOUR });
  const ownLimit: SharedRecord = { ...own, ...here };

  test.each(moves)(
    "of the application's own comes nearer by as much as the server's does, at %s",
    (_, move) => {
      // The server has 8 h in all; after a minute it should have 7:59 left and has 7:29.
      expect(move(ownLimit, LATER, 8 * HOUR - MINUTE)?.absoluteAt).toBe(WALL + HOUR);
      expect(move(ownLimit, LATER, 8 * HOUR - 31 * MINUTE)?.absoluteAt).toBe(WALL + 30 * MINUTE);
      expect(move(ownLimit, LATER, MINUTE)?.absoluteAt).toBe(LATER);
    },
  );

  test("a word on the time left means nothing where there is none, and is taken as it is where none was told before", () => {
    expect(absoluteLeft(record, undefined)).toBeUndefined();
    expect(absoluteLeft({ ...record, absoluteTold: NEVER }, HOUR)).toBe(HOUR);
  });

  test("never leaves more than the whole, nor less than nothing", () => {
    for (const told of [NEVER, 8 * HOUR]) {
      expect(absoluteLeft({ ...record, absoluteTold: told }, 9 * HOUR)).toBe(8 * HOUR);
      expect(absoluteLeft({ ...record, absoluteTold: told }, 0)).toBe(0);
    }
    expect(absoluteLeft({ ...record, absoluteTimeout: HOUR }, 6 * HOUR)).toBe(0);
    expect(absoluteLeft({ ...record, absoluteTimeout: HOUR }, 7 * HOUR + 1)).toBe(1);
  });
});

describe("activity, when it is written", () => {
  /** A tab that saw the record when it was written, and the user a minute later, just now. */
  const facts: ActivityFacts = {
    epoch: 7,
    wall: LATER,
    age: 0,
    seen: record,
    activityAge: MINUTE,
    touchAge: MINUTE,
    idleTimeout: 15 * MINUTE,
    touchEvery: NEVER,
  };

  test("is newer by age: it is written as a stamp", () => {
    expect(active(frozen(record), facts)).toEqual({ ...record, activityAt: LATER });
    expect(active(record, { ...facts, age: 10 * SECOND })).toEqual({
      ...record,
      activityAt: LATER - 10 * SECOND,
    });
  });

  test.each([
    ["one ms younger than what is on record", MINUTE - 1, LATER - MINUTE + 1],
    ["as old as what is on record", MINUTE, undefined],
    ["older than what is on record", MINUTE + 1, undefined],
  ])("counts where it is %s", (_, age, expected) => {
    expect(active(record, { ...facts, age })?.activityAt).toBe(expected);
  });

  test("I12 is compared by age: the wall clock may have been set back meanwhile", () => {
    const wall = WALL - 24 * HOUR;
    expect(active(record, { ...facts, wall })).toEqual({ ...record, activityAt: wall });
  });

  test("of another tab, not yet seen here, has the age of its stamp", () => {
    const stored = { ...record, activityAt: LATER - 20 * SECOND };
    expect(active(stored, { ...facts, age: 19 * SECOND })?.activityAt).toBe(LATER - 19 * SECOND);
    expect(active(stored, { ...facts, age: 20 * SECOND })).toBeUndefined();
  });

  test("of another tab from the future is as old as now: nothing here is newer", () => {
    expect(active({ ...record, activityAt: LATER + HOUR }, facts)).toBeUndefined();
  });

  test.each([
    ["in time, by one ms", 15 * MINUTE - 1, true],
    ["at the deadline", 15 * MINUTE, false],
    ["after the deadline", 16 * MINUTE, false],
  ])(
    "%s since the one on record, not yet seen here: it goes on or has ended, and a late one revives nothing (I1)",
    (_, gap, goesOn) => {
      const stored = { ...record, activityAt: LATER - gap };
      const next = active(stored, facts);
      expect(next).toEqual(goesOn ? { ...stored, activityAt: LATER } : over(stored, 7, "idle", false));
    },
  );

  test("in time after one of another tab, which is the one to judge it by, not how long ago both were", () => {
    const stored = { ...record, activityAt: LATER - 10 * MINUTE };
    const written = active(stored, { ...facts, age: 6 * MINUTE });
    expect(written).toEqual({ ...stored, activityAt: LATER - 6 * MINUTE });
  });

  test("is not judged again by the record that this tab knows: there was activity in between that is not on it", () => {
    const next = active(record, { ...facts, activityAge: 16 * MINUTE });
    expect(next).toEqual({ ...record, activityAt: LATER });
  });

  test("that was in time counts, however late it is written", () => {
    const late = { ...facts, age: HOUR, activityAge: HOUR + 14 * MINUTE };
    expect(active(record, late)?.activityAt).toBe(LATER - HOUR);
  });

  test.each(fences)("is written %s", (_, stored) => {
    expect(active(stored && frozen(stored), facts)).toBeUndefined();
    expect(active(stored && frozen(stored), { ...facts, activityAge: HOUR })).toBeUndefined();
  });

  test("is written whatever the sequence: a refresh does not overtake it", () => {
    expect(active({ ...record, sequence: 4 }, facts)).toEqual({ ...record, sequence: 4, activityAt: LATER });
  });

  const due = { ...facts, touchEvery: MINUTE };

  test("S3 claims the touch when the last one is old enough", () => {
    expect(active(record, due)).toEqual({ ...record, activityAt: LATER, touchedAt: LATER });
    expect(active(record, { ...due, touchAge: MINUTE - 1 })).toEqual({ ...record, activityAt: LATER });
  });

  test("claims a touch for activity that another tab has written", () => {
    const stored = { ...record, activityAt: LATER - 20 * SECOND };
    const old = { ...due, age: 30 * SECOND };
    expect(active(stored, old)).toEqual({ ...stored, touchedAt: LATER });
  });

  test("I18 claims no touch without activity since the last one", () => {
    expect(active(record, { ...due, age: MINUTE, activityAge: MINUTE })).toBeUndefined();
    expect(active(record, { ...due, age: HOUR, activityAge: MINUTE })).toBeUndefined();
  });

  test("F20 of several tabs that find the touch due only the first claims it", () => {
    const first = active(record, due);
    expect(first?.touchedAt).toBe(LATER);
    expect(active(first, { ...due, wall: LATER + 1 })?.touchedAt).toBe(LATER);
  });

  test("I12 the age of a touch is this tab's: a clock set back neither hurries nor delays the next", () => {
    for (const wall of [WALL - HOUR, WALL + SECOND]) {
      expect(active(record, { ...due, wall })?.touchedAt).toBe(wall);
      expect(active(record, { ...due, wall, touchAge: MINUTE - 1 })?.touchedAt).toBe(WALL);
    }
  });

  test("of a touch that was not seen here, the age is that of its stamp", () => {
    const stored = { ...record, touchedAt: LATER - MINUTE + 1 };
    expect(active(stored, due)?.touchedAt).toBe(stored.touchedAt);
    expect(active({ ...record, touchedAt: LATER - MINUTE - 1 }, due)?.touchedAt).toBe(LATER);
  });

  test("where there is nothing to touch it never claims one, also not after the clock was set back", () => {
    for (const wall of [LATER, WALL - HOUR])
      expect(active(record, { ...facts, wall, touchAge: 24 * HOUR })?.touchedAt).toBe(WALL);
  });

  test("in the first instant an answer may be asked for, the touch is claimed at once", () => {
    // "Stay signed in": whatever its age, but only for activity that the server has not heard of.
    expect(active(record, { ...facts, touchEvery: 0 })?.touchedAt).toBe(LATER);
    expect(active(record, { ...facts, touchEvery: 0, activityAge: 0, touchAge: 0 })).toBeUndefined();
  });

  test("S3 what the server has agreed to it counts from the click, however long that took to write, unless it was told since", () => {
    const slept = { ...facts, touchEvery: 0, age: 10 * SECOND };
    const clicked = LATER - 10 * SECOND;
    expect(active(record, slept)).toEqual({ ...record, activityAt: clicked, touchedAt: clicked });
    expect(active(record, { ...slept, touchAge: 10 * SECOND })?.touchedAt).toBe(WALL);
    // What another tab has written since is no reason to take it for told later.
    const since = { ...record, activityAt: LATER - SECOND, touchedAt: LATER - 5 * SECOND };
    expect(active(since, slept)).toBeUndefined();
    expect(active({ ...since, touchedAt: WALL }, slept)?.touchedAt).toBe(clicked);
  });
});

describe("an end", () => {
  test("raises the epoch, names the reason and takes the credential away", () => {
    const tried = { ...record, failures: 1, retryAt: LATER, intent: { attempt: 1, tab: "a" } };
    expect(over(frozen(tried), 7, "idle", false)).toEqual({
      ...record,
      epoch: 8,
      sequence: 0,
      live: false,
      accessAt: NEVER,
      accessLifetime: NEVER,
      end: { reason: "idle", confirmed: false },
    });
    expect(over(record, 7, "rejected", true)?.end).toEqual({ reason: "rejected", confirmed: true });
  });

  test("is a record that another tab can read", () => {
    const end = over(record, 7, "absolute", false);
    expect(parseRecord(end)).toBe(end);
  });

  test.each(fences)("is put on record %s", (_, stored) => {
    expect(over(stored && frozen(stored), 7, "logout", false)).toBeUndefined();
  });

  test("comes whatever the sequence: no refresh saves a session from its end (F29)", () => {
    expect(over({ ...record, sequence: 4 }, 7, "logout", false)?.epoch).toBe(8);
  });

  test("F29 nothing that was under way before it applies any more", () => {
    const end = over(record, 7, "logout", false);
    const facts = { epoch: 7, wall: LATER, age: 0, activityAge: MINUTE, touchAge: 0, idleTimeout: HOUR };
    expect([
      refreshed(end, here, LATER, { access: HOUR }),
      claim(end, here, "a", 0),
      failed(end, here, { wall: LATER, random: 0 }),
      confirmed(end, here, LATER, {}, true),
      active(end, { ...facts, seen: record, touchEvery: 0 }),
      over(end, 7, "idle", false),
      over(end, 8, "idle", false),
    ]).toEqual(Array(7).fill(undefined));
  });
});

describe("T6 when the user authenticated", () => {
  const told = { authenticated: 5 * SECOND, acr: "gold" };
  const at = LATER - 5 * SECOND;
  const known = frozen({ ...record, authAt: WALL, acr: "silver" });
  const ways: [name: string, change: (r: SharedRecord, told: object) => SharedRecord | undefined][] = [
    ["a refresh", (r, told) => refreshed(r, here, LATER, told)],
    ["a peek", (r, told) => confirmed(r, here, LATER, told, false)],
    ["a touch", (r, told) => confirmed(r, here, LATER, told, true)],
  ];

  test("is known from a sign-in that tells it, relative to its own start, and from no other", () => {
    expect(signIn(undefined, { ...grant, ...told }, policy)).toMatchObject({
      authAt: WALL - 5 * SECOND,
      acr: "gold",
    });
    expect(signIn(undefined, { ...grant, authenticated: 0 }, policy)).toMatchObject({
      authAt: WALL,
      acr: "",
    });
    for (const it of [grant, { ...grant, acr: "gold" }]) {
      const next = signIn(known, it, policy);
      expect([next.authAt, next.acr]).toEqual([undefined, undefined]);
    }
  });

  test("is known anew when the same user authenticates again: the session, its epoch, its limits and its refresh go on", () => {
    const refreshing = frozen({ ...known, intent: { attempt: 1, tab: "a" } });
    expect(joined(refreshing, { ...grant, ...told, wall: LATER }, policy)).toEqual({
      ...refreshing,
      activityAt: LATER,
      authAt: at,
      acr: "gold",
    });
    expect(joined(known, { ...grant, wall: LATER }, policy)).toMatchObject({ authAt: WALL, acr: "silver" });
  });

  test("is believed also on a clock that was set back since the last time", () => {
    expect(joined(known, { ...grant, ...told, wall: WALL - HOUR }, policy)).toMatchObject({
      authAt: WALL - HOUR - 5 * SECOND,
    });
  });

  test.each(ways)("%s may tell it", (_, change) => {
    expect(change(record, told)).toMatchObject({ authAt: at, acr: "gold" });
    expect(change(known, told)).toMatchObject({ authAt: at, acr: "gold" });
    expect(change(known, { authenticated: 0 })).toMatchObject({ authAt: LATER, acr: "" });
  });

  test.each(ways)("%s that tells nothing of it leaves it as it is", (_, change) => {
    expect(change(known, {})).toMatchObject({ authAt: WALL, acr: "silver" });
    expect(change(record, { acr: "gold" })).not.toHaveProperty("authAt");
  });

  test.each(ways)(
    "%s that was overtaken takes nothing back, and rounding makes no authentication",
    (_, change) => {
      for (const authenticated of [HOUR, MINUTE, MINUTE - SECOND])
        expect(change(known, { authenticated, acr: "gold" })).toMatchObject({ authAt: WALL, acr: "silver" });
      expect(change(known, { authenticated: MINUTE - SECOND - 1 })).toMatchObject({
        authAt: WALL + SECOND + 1,
      });
    },
  );
});
