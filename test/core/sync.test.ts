import { describe, expect, test } from "vitest";
import { confirmed, over, signIn } from "../../src/core/commit.js";
import type { Effect } from "../../src/core/effect.js";
import type { SharedRecord } from "../../src/core/record.js";
import { initialState, type Origin, type State } from "../../src/core/state.js";
import { NEVER } from "../../src/core/time.js";
import {
  active,
  decide,
  emit,
  ended,
  grant,
  HOUR,
  MINUTE,
  NOW,
  nextSession,
  overIn,
  policy,
  record,
  SECOND,
  tabs,
  task,
  WALL,
  when,
} from "./support.js";

/** A tab reads a record, `ms` after the sign-in unless told otherwise. */
function read(
  state: State,
  found: SharedRecord | undefined,
  { ms = 0, at = when(ms), origin = "other-tab" as Origin, random = 0, rules = policy } = {},
): [State, Effect[]] {
  return decide(state, { type: "record", record: found, origin, random, ...at }, rules);
}

describe("a tab that reads a record", () => {
  test("F35 keeps its session when the storage was cleared: empty never means signed out", () => {
    for (const state of Object.values(tabs)) expect(read(state, undefined)).toEqual([state, []]);
  });

  test.each([
    ["live", { ...record, epoch: 6 }],
    ["ended", { ...ended, epoch: 6 }],
  ])("F29 ignores one of an older epoch, %s", (_, stale) => {
    expect(read(active, stale)).toEqual([active, []]);
    const over = overIn(active);
    expect(read(over, stale)).toEqual([over, []]);
  });

  test.each(["unknown", "signed-out"] as const)(
    "I9 finds a session when it is %s: signed in at once",
    (status) => {
      const [state, effects] = read(tabs[status], record, { random: 0.25 });
      expect(state).toEqual({
        ...initialState,
        status: "active",
        origin: "other-tab",
        record,
        activityAt: NOW,
        seenAt: NOW,
        touchedAt: NOW,
        absoluteAt: NOW + 8 * HOUR,
        accessAt: NOW + 10 * MINUTE,
        retryAt: NOW,
        subject: "ada",
        announced: true,
        jitter: 0.25,
      });
      expect(effects).toEqual([emit("started", { origin: "other-tab" })]);
    },
  );

  test("I9 finds a session in its warning: it adopts the deadline, it does not start a new one", () => {
    const [state, effects] = read(initialState, record, { ms: 14 * MINUTE });
    expect(state).toMatchObject({ status: "warning", limit: "idle", activityAt: NOW });
    const deadlineAt = NOW + 15 * MINUTE;
    expect(effects).toEqual([
      emit("started", { origin: "other-tab" }),
      emit("warning", { limit: "idle", deadlineAt, extendable: true }),
      task("refresh"),
    ]);
  });

  test("I2 finds a session past its limit: nothing is announced before the last look at it", () => {
    const [state, effects] = read(initialState, record, { ms: 15 * MINUTE });
    expect(effects).toEqual([task("verify")]);
    expect(state.announced).toBe(false);
    const [gone, ending] = decide(state, { type: "settled", task: "verify", ...when(15 * MINUTE) });
    expect(gone.status).toBe("ended");
    expect(ending).toContainEqual(emit("ended", { reason: "idle", origin: "this-tab" }));
    expect(ending).not.toContainEqual(emit("started", { origin: "other-tab" }));
  });

  test("I2 past its limit: nobody hears of its refreshes and failures before it is announced", () => {
    const [waiting] = read(initialState, record, { ms: 15 * MINUTE });
    const moved = { ...record, sequence: 4, failures: 1, retryAt: WALL + HOUR };
    expect(read(waiting, moved, { ms: 15 * MINUTE })[1]).toEqual([]);
    expect(
      read(read(waiting, moved, { ms: 15 * MINUTE })[0], { ...moved, failures: 0 }, { ms: 15 * MINUTE })[1],
    ).toEqual([]);
  });

  test("past its limit, but the server knows better: then it is announced", () => {
    const [waiting] = read(initialState, record, { ms: 15 * MINUTE });
    const activityAt = NOW + 14 * MINUTE;
    const { absoluteAt } = waiting;
    const facts = { activityAt, touchedAt: activityAt, seenAt: activityAt - 1, absoluteAt, unwritten: true };
    const [state, effects] = decide(waiting, { type: "alive", facts, ...when(15 * MINUTE) });
    expect(state).toMatchObject({ status: "active", announced: true });
    expect(effects[0]).toEqual(emit("started", { origin: "other-tab" }));
  });

  test("of nobody finds an ended session: it stays of nobody and knows the epoch", () => {
    for (const status of ["unknown", "signed-out"] as const)
      expect(read(tabs[status], ended)).toEqual([{ ...tabs[status], record: ended }, []]);
  });

  test("F37 finds nothing new: nothing happens", () => {
    expect(read(active, record)).toEqual([active, []]);
    expect(read(active, { ...record }, { random: 0.9 })[1]).toEqual([]);
  });
});

describe("F27 I22 an end that is found", () => {
  test.each(["logout", "idle", "absolute", "rejected", "replaced"] as const)(
    "with the reason %s",
    (reason) => {
      const found = { ...ended, end: { reason, confirmed: true } };
      const [state, effects] = read(active, found);
      expect(state).toEqual({
        ...active,
        status: "ended",
        reason,
        origin: "other-tab",
        record: found,
        over: 7,
      });
      expect(effects).toEqual([
        { type: "over", epoch: 7, reason, write: false },
        emit("ended", { reason, origin: "other-tab" }),
      ]);
    },
  );

  test("from the server, in a warning", () => {
    const [state, effects] = read(tabs.warning, ended, { origin: "server" });
    expect(state).toMatchObject({ status: "ended", reason: "logout", origin: "server" });
    expect(effects[1]).toEqual(emit("ended", { reason: "logout", origin: "server" }));
  });

  test("without a reason is a sign-out", () => {
    expect(read(active, { ...ended, end: null })[0].reason).toBe("logout");
  });

  test("after several sessions that this tab slept through", () => {
    const [state, effects] = read(active, { ...ended, epoch: 12 });
    expect(state.over).toBe(11);
    expect(effects[0]).toEqual({ type: "over", epoch: 11, reason: "logout", write: false });
  });

  test("a second time changes nothing but what is known", () => {
    const [state] = read(active, ended);
    const confirmed = { ...ended, end: { reason: "logout", confirmed: true } } as const;
    expect(read(state, confirmed)).toEqual([{ ...state, record: confirmed }, []]);
  });
});

describe("F29 a session that this tab knows to be over", () => {
  const gone = overIn(active, "idle");

  test("is not resumed by a record that still says that it lives: that is put right", () => {
    expect(read(gone, record)).toEqual([gone, [{ type: "over", epoch: 7, reason: "idle", write: true }]]);
    expect(read(gone, { ...record, sequence: 9 })[0]).toBe(gone);
  });

  test("is put right at any older epoch too, and left alone at a newer one", () => {
    const later = { ...gone, over: 9, record: undefined };
    expect(read(later, { ...record, epoch: 9 })[1]).toEqual([
      { type: "over", epoch: 9, reason: "idle", write: true },
    ]);
    expect(read(later, nextSession("ada", 10))[0].status).toBe("active");
  });
});

describe("I4 another session", () => {
  test("of the same subject resumes in place in a tab where the last one ended", () => {
    const [state, effects] = read(overIn(active), nextSession("ada"), { ms: 5, random: 0.5 });
    expect(state).toMatchObject({
      status: "active",
      announced: true,
      called: 0,
      jitter: 0.5,
      subject: "ada",
    });
    expect(effects).toEqual([emit("started", { origin: "other-tab" })]);
  });

  test("of the same subject goes on without a word in a tab that is signed in (F37)", () => {
    const next = nextSession("ada");
    const [state, effects] = read(active, next, { ms: 5, random: 0.5 });
    expect(state).toMatchObject({ status: "active", record: next, jitter: 0.5 });
    expect(effects).toEqual([]);
  });

  test("of the same subject closes an open warning", () => {
    const next = { ...signIn(undefined, { ...grant, wall: WALL + 14 * MINUTE }, policy), epoch: 9 };
    const [state, effects] = read(tabs.warning, next, { ms: 14 * MINUTE });
    expect(state.status).toBe("active");
    expect(effects).toEqual([emit("extended", { limit: "idle" })]);
  });

  test("of somebody else ends the one here: nothing of theirs is shown (I-mix)", () => {
    const [state, effects] = read(active, nextSession("alan"));
    expect(state).toEqual({ ...active, status: "ended", reason: "replaced", origin: "other-tab", over: 8 });
    expect(effects).toEqual([
      { type: "over", epoch: 8, reason: "replaced", write: false },
      emit("ended", { reason: "replaced", origin: "other-tab" }),
    ]);
  });

  test("of somebody else leaves an ended tab ended, and it says why", () => {
    const gone = overIn(active);
    expect(read(gone, nextSession("alan"))).toEqual([
      { ...gone, reason: "replaced", origin: "other-tab" },
      [],
    ]);
  });

  test("of somebody else with the same numbers, as cleared storage brings them about, ends the one here (I-mix)", () => {
    const theirs = { ...nextSession("grace", record.epoch), sequence: record.sequence };
    expect(read(active, theirs)[0]).toMatchObject({ status: "ended", reason: "replaced", subject: "ada" });
  });

  test("of the same subject with the same numbers brings facts of its own", () => {
    const again = {
      ...nextSession("ada", record.epoch),
      sequence: record.sequence,
      activityAt: WALL - MINUTE,
    };
    expect(read(active, again)[0]).toMatchObject({ status: "active", activityAt: NOW - MINUTE });
  });

  test("of nobody that the server names may be anybody's", () => {
    const [unnamed] = read(initialState, { ...record, subject: "" });
    expect(read(unnamed, nextSession(""))[0]).toMatchObject({ status: "ended", reason: "replaced" });
    expect(read(active, nextSession(""))[0]).toMatchObject({ status: "ended", reason: "replaced" });
    expect(read(overIn(unnamed), nextSession(""))[0].status).toBe("ended");
  });

  test("of anybody starts a tab that holds nobody's work", () => {
    const [nobody] = read(tabs["signed-out"], ended);
    expect(read(nobody, nextSession("alan"))[0]).toMatchObject({ status: "active", subject: "alan" });
    expect(read(initialState, nextSession(""))[0].status).toBe("active");
  });

  test("the same session goes on for somebody whom the server does not name", () => {
    const [unnamed] = read(initialState, { ...record, subject: "" });
    const [state, effects] = read(unnamed, { ...record, subject: "", sequence: 4 });
    expect(state.status).toBe("active");
    expect(effects).toEqual([emit("refreshed", { epoch: 7, sequence: 4, origin: "other-tab" })]);
  });

  test("a tab that holds the work of one user never resumes for another, however often that one signs in", () => {
    let state = overIn(active);
    for (let epoch = 9; epoch < 15; epoch += 2) {
      const theirs = nextSession("alan", epoch);
      for (const found of [theirs, over(theirs, epoch, "logout", true)]) {
        const [next, effects] = read(state, found);
        expect([next.status, effects]).toEqual(["ended", []]);
        state = next;
      }
    }
    const [back, effects] = read(state, nextSession("ada", 15));
    expect(back).toMatchObject({ status: "active", subject: "ada" });
    expect(effects).toEqual([emit("started", { origin: "other-tab" })]);
  });

  test("signed in here over somebody else's ends that one first, and begins", () => {
    const theirs = nextSession("alan", 8);
    const [state, effects] = read(active, theirs, { origin: "this-tab", ms: 5 });
    expect(state).toMatchObject({ status: "active", record: theirs, subject: "alan", origin: "this-tab" });
    expect(effects).toEqual([
      { type: "over", epoch: 7, reason: "replaced", write: false },
      emit("ended", { reason: "replaced", origin: "this-tab" }),
      emit("started", { origin: "this-tab" }),
    ]);
  });

  test("signed in here for somebody else after an end begins, the work here is theirs now", () => {
    const [state, effects] = read(overIn(active), nextSession("alan"), { origin: "this-tab" });
    expect(state).toMatchObject({ status: "active", subject: "alan" });
    expect(effects).toEqual([emit("started", { origin: "this-tab" })]);
  });

  test("signed in here again for the same subject goes on without a word", () => {
    const [state, effects] = read(active, nextSession("ada"), { origin: "this-tab" });
    expect([state.status, effects]).toEqual(["active", []]);
  });

  test("the last call of the session before does not keep the next one from its own", () => {
    const called = { ...overIn(active), called: NOW + 15 * MINUTE };
    expect(read(called, nextSession("ada"))[0].called).toBe(0);
  });
});

describe("what other tabs did to this session", () => {
  const said = (found: SharedRecord, ms = 0, state = active) => read(state, found, { ms })[1];

  test.each(["this-tab", "other-tab"] as const)("a refresh is told of, by %s", (origin) => {
    const [state, effects] = read(active, { ...record, sequence: 4 }, { origin, random: 0.75 });
    expect(effects).toEqual([emit("refreshed", { epoch: 7, sequence: 4, origin })]);
    expect(state.jitter).toBe(0.75);
  });

  test("without a refresh a tab keeps its place among those that wait for one", () => {
    expect(read(active, { ...record, failures: 1 }, { random: 0.75 })[0].jitter).toBe(active.jitter);
  });

  test("an older sequence is no refresh", () => {
    expect(said({ ...record, sequence: 2 })).toEqual([]);
  });

  test("F22 a failure is told of, with when it will be tried again", () => {
    const found = { ...record, failures: 2, retryAt: WALL + 5 * SECOND };
    expect(said(found)).toEqual([emit("retrying", { failures: 2, retryAt: NOW + 5 * SECOND })]);
  });

  test("F16 recovery is told of once", () => {
    const [failing] = read(active, { ...record, failures: 2, retryAt: WALL + SECOND });
    const [state, effects] = read(failing, record);
    expect(effects).toEqual([emit("recovered", {})]);
    expect(said(record, 0, state)).toEqual([]);
    const still = failing.record as SharedRecord;
    expect(said({ ...still, failures: 1 }, 0, failing)).toEqual([]);
    expect(said({ ...still, asked: true }, 0, failing)).toEqual([]);
  });

  test("a refresh that ends the trouble tells of both", () => {
    const [failing] = read(active, { ...record, failures: 2, retryAt: WALL + SECOND });
    expect(said({ ...record, sequence: 4 }, 0, failing)).toEqual([
      emit("refreshed", { epoch: 7, sequence: 4, origin: "other-tab" }),
      emit("recovered", {}),
    ]);
  });

  test("F37 the trouble of the session before is not the next one's", () => {
    const [failing] = read(active, { ...record, failures: 2, retryAt: WALL + SECOND });
    expect(said(nextSession("ada"), 0, failing)).toEqual([]);
    const troubled = { ...nextSession("ada"), sequence: 5, failures: 4, retryAt: WALL + SECOND };
    expect(said(troubled, 0, failing)).toEqual([]);
  });
});

describe("stamps become instants of this tab's own clock", () => {
  const at = { now: NOW, wall: WALL };
  const facts = (found: SharedRecord, state: State = initialState, moment = at) =>
    read(state, found, { at: moment })[0];

  test("by their age, or by how far away they are", () => {
    const found = {
      ...record,
      activityAt: WALL - 3 * MINUTE,
      touchedAt: WALL - 4 * MINUTE,
      absoluteAt: WALL + HOUR,
      accessAt: WALL + 5 * MINUTE,
      retryAt: WALL + MINUTE,
    };
    expect(facts(found)).toMatchObject({
      activityAt: NOW - 3 * MINUTE,
      seenAt: NOW - 3 * MINUTE,
      touchedAt: NOW - 4 * MINUTE,
      absoluteAt: NOW + HOUR,
      accessAt: NOW + 5 * MINUTE,
      retryAt: NOW + MINUTE,
    });
  });

  test("I12 one from the future is now, and time left is never more than the whole", () => {
    const ahead = {
      ...record,
      activityAt: WALL + HOUR,
      touchedAt: WALL + HOUR,
      absoluteAt: WALL + 9 * HOUR,
      accessAt: WALL + HOUR,
      retryAt: WALL + 2 * HOUR,
    };
    expect(facts(ahead)).toMatchObject({
      activityAt: NOW,
      seenAt: NOW,
      touchedAt: NOW,
      absoluteAt: NOW + 8 * HOUR,
      accessAt: NOW + 10 * MINUTE,
      retryAt: NOW + 3_700_000,
    });
  });

  test("what has passed is past, not further back than now", () => {
    const past = { ...record, absoluteAt: WALL - 1, accessAt: WALL - 1, retryAt: WALL - 1 };
    expect(facts(past)).toMatchObject({ absoluteAt: NOW, accessAt: NOW, retryAt: NOW });
  });

  test("what never comes never comes", () => {
    const endless = {
      ...record,
      absoluteAt: NEVER,
      absoluteTimeout: NEVER,
      accessAt: NEVER,
      accessLifetime: NEVER,
    };
    expect(facts(endless)).toMatchObject({ absoluteAt: NEVER, accessAt: NEVER });
  });

  const seen = facts({ ...record, retryAt: WALL + MINUTE });

  test.each([
    ["an hour back", -HOUR],
    ["a day back", -24 * HOUR],
    ["an hour forward", HOUR],
    ["a year forward", 365 * 24 * HOUR],
  ])("I12 I-abs once seen they keep it: a clock set %s moves no deadline", (_, step) => {
    const later = { now: NOW + 5 * SECOND, wall: WALL + 5 * SECOND + step };
    const known = seen.record as SharedRecord;
    const again = facts({ ...known, failures: 1 }, seen, later);
    for (const key of ["activityAt", "seenAt", "touchedAt", "absoluteAt", "accessAt", "retryAt"] as const)
      expect(again[key]).toBe(seen[key]);
  });

  test("of a new session none is kept, even where the stamps are equal", () => {
    const state = {
      ...active,
      activityAt: 1,
      seenAt: 1,
      touchedAt: 1,
      absoluteAt: 1,
      accessAt: 1,
      retryAt: 1,
    };
    const moment = { now: NOW + 7, wall: WALL };
    expect(facts({ ...record, epoch: 9, retryAt: record.retryAt }, state, moment)).toMatchObject({
      activityAt: NOW + 7,
      seenAt: NOW + 7,
      touchedAt: NOW + 7,
      absoluteAt: NOW + 7 + 8 * HOUR,
      accessAt: NOW + 7 + 10 * MINUTE,
      retryAt: NOW + 7,
    });
  });

  test("I8 I9 the newest activity of all tabs counts, whoever saw it", () => {
    const mine = { ...active, activityAt: NOW + 5 * MINUTE };
    const theirs = { ...record, activityAt: WALL + 4 * MINUTE };
    const state = facts(theirs, mine, when(6 * MINUTE));
    expect([state.activityAt, state.seenAt]).toEqual([NOW + 5 * MINUTE, NOW + 4 * MINUTE]);
    const newer = facts({ ...record, activityAt: WALL + 5.5 * MINUTE }, mine, when(6 * MINUTE));
    expect([newer.activityAt, newer.seenAt]).toEqual([NOW + 5.5 * MINUTE, NOW + 5.5 * MINUTE]);
  });

  test.each([
    ["another tab was active a second later", SECOND, false],
    ["another tab was active less than a second later: that is rounding", SECOND - 1, true],
    ["another tab was active before", -SECOND, true],
  ])("the last activity is this tab's or another's: %s", (_, later, mine) => {
    const here = { ...active, activityAt: NOW + 5 * SECOND, mine: true };
    const found = { ...record, activityAt: WALL + 5 * SECOND + later };
    expect(facts(found, here, when(10 * SECOND)).mine).toBe(mine);
  });

  test("an activity of another tab does not become this one's", () => {
    expect(facts({ ...record, activityAt: WALL + 1 }, active, when(10)).mine).toBe(false);
  });

  test("S2 within a session the absolute limit only comes nearer", () => {
    expect(facts({ ...record, absoluteAt: WALL + HOUR }, active).absoluteAt).toBe(NOW + HOUR);
    expect(facts({ ...record, absoluteAt: WALL + 8 * HOUR + 1 }, active).absoluteAt).toBe(NOW + 8 * HOUR);
    const near = { ...active, absoluteAt: NOW + MINUTE };
    expect(facts({ ...record, absoluteAt: WALL + HOUR }, near).absoluteAt).toBe(NOW + MINUTE);
  });

  test("F24 a renewed credential lasts from now", () => {
    const renewed = { ...record, sequence: 4, accessAt: WALL + 12 * MINUTE };
    expect(facts(renewed, active, when(2 * MINUTE)).accessAt).toBe(NOW + 12 * MINUTE);
  });

  test("ages, not stamps: an intent is as old as this tab has known it", () => {
    const tried = { ...record, intent: { attempt: 1, tab: "b" } };
    const knows = facts(tried, active, when(MINUTE));
    expect(knows.intentAt).toBe(NOW + MINUTE);
    const still = facts({ ...tried, failures: 1, intent: { attempt: 1, tab: "b" } }, knows, when(2 * MINUTE));
    expect(still.intentAt).toBe(NOW + MINUTE);
    for (const intent of [{ attempt: 2, tab: "b" }, { attempt: 1, tab: "" }, null])
      expect(facts({ ...tried, intent }, knows, when(3 * MINUTE)).intentAt).toBe(NOW + 3 * MINUTE);
    const none = facts({ ...record, failures: 1 }, active, when(MINUTE));
    expect(none.intentAt).toBe(active.intentAt);
  });
});

describe("I12 the clock is set while the server is talked to", () => {
  test.each([
    ["an hour back", -HOUR],
    ["a day back: it had been a day ahead", -24 * HOUR],
    ["a year back", -365 * 24 * HOUR],
  ])("%s, and the server tells how long the session lasts: it lasts as long as before", (_, step) => {
    const ms = 10 * MINUTE;
    const used = { ...active, activityAt: NOW + ms };
    const wall = WALL + ms + step;
    const told = confirmed(record, record, wall, { absolute: 8 * HOUR - ms, idle: 15 * MINUTE }, true);
    const [state, effects] = read(used, told, { at: { now: NOW + ms, wall } });
    expect(state.absoluteAt).toBe(NOW + 8 * HOUR);
    expect(effects.map((it) => (it.type === "task" ? it.task : it.type))).not.toContain("verify");
  });
});

describe("a message", () => {
  const message = { v: 1, type: "ended", epoch: 8, sequence: 0, sender: "b", reason: "idle" } as const;
  const hear = (state: State, change: object = {}) =>
    decide(state, { type: "message", message: { ...message, ...change }, ...when(50) });
  const look: Effect = { type: "look" };

  test.each(["active", "warning"] as const)(
    "of the end of this very session is acted on at once (%s)",
    (status) => {
      const [state, effects] = hear(tabs[status]);
      expect(state).toEqual({
        ...tabs[status],
        status: "ended",
        reason: "idle",
        origin: "other-tab",
        over: 7,
        lookAt: NOW + 50 + SECOND,
      });
      expect(effects).toEqual([
        { type: "over", epoch: 7, reason: "idle", write: false },
        emit("ended", { reason: "idle", origin: "other-tab" }),
      ]);
    },
  );

  test.each([
    ["the end of the session before", { epoch: 7 }],
    ["the end of a later session", { epoch: 9 }],
    ["a change", { type: "changed" }],
    ["a change at the next epoch", { type: "changed", epoch: 8 }],
  ])("of %s only makes a tab look", (_, change) => {
    expect(hear(active, change)).toEqual([active, [look]]);
  });

  test.each(["unknown", "signed-out", "ended"] as const)(
    "of an end only makes a tab look that is %s",
    (status) => {
      expect(hear(tabs[status])).toEqual([tabs[status], [look]]);
    },
  );

  test("of an end makes a tab look again later, in case the one that sent it died: and write it then", () => {
    const [gone] = hear(active);
    const early = decide(gone, { type: "tick", ...when(50 + SECOND - 1) });
    expect(early).toEqual([gone, []]);
    const [state, effects] = decide(gone, { type: "tick", ...when(50 + SECOND) });
    expect(effects).toEqual([look]);
    expect(state.lookAt).toBe(NEVER);
    expect(read(state, record)[1]).toEqual([{ type: "over", epoch: 7, reason: "idle", write: true }]);
  });

  test("that says more of an end that was heard makes nobody look before that: the look is arranged", () => {
    const [gone] = hear(active);
    expect(hear(gone)).toEqual([gone, []]);
    expect(hear(gone, { type: "changed" })).toEqual([gone, []]);
    for (const epoch of [7, 9]) expect(hear(gone, { type: "changed", epoch })).toEqual([gone, [look]]);
    const [looked] = decide(gone, { type: "tick", ...when(50 + SECOND) });
    expect(hear(looked)).toEqual([looked, [look]]);
  });

  test("of an end in a tab without a record only makes it look", () => {
    expect(hear({ ...active, record: undefined })[1]).toEqual([look]);
  });
});
