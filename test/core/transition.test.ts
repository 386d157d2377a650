import { describe, expect, test } from "vitest";
import type { Effect } from "../../src/core/effect.js";
import type { Input } from "../../src/core/input.js";
import type { State, Status, Task } from "../../src/core/state.js";
import { NEVER } from "../../src/core/time.js";
import {
  active,
  decide,
  emit,
  HOUR,
  MINUTE,
  NOW,
  overIn,
  policy,
  record,
  SECOND,
  tabs,
  task,
  WALL,
  when,
} from "./support.js";

const statuses = Object.keys(tabs) as Status[];
const live = ["active", "warning"] as const;
const dead = ["unknown", "signed-out", "ended"] as const;

const tick = (state: State, ms: number, rules = policy) =>
  decide(state, { type: "tick", ...when(ms) }, rules);
/** The limits alone: nothing to refresh, nobody to tell. */
const still = { ...policy, canTouch: false, canRefresh: false, canPeek: false };

/** Where the session stands after some time. */
const IDLE = 15 * MINUTE;
const WARNING = IDLE - 2 * MINUTE;
const LAST_CALL = IDLE - 3 * SECOND;
const warning = (limit: "idle" | "absolute", deadlineAt: number) =>
  emit("warning", { limit, deadlineAt, extendable: limit === "idle" });

describe("as time passes without activity", () => {
  test.each<[name: string, ms: number, effects: Effect[]]>([
    ["nothing happens before the warning", WARNING - 1, []],
    ["the warning opens, with its deadline", WARNING, [warning("idle", NOW + IDLE)]],
    ["it opens once, when it is noticed late", LAST_CALL - 1, [warning("idle", NOW + IDLE)]],
    [
      "the last call goes out 3 s before the end",
      LAST_CALL,
      [warning("idle", NOW + IDLE), { type: "last-call", reason: "idle" }],
    ],
    [
      "both come late rather than never, one ms before the end",
      IDLE - 1,
      [warning("idle", NOW + IDLE), { type: "last-call", reason: "idle" }],
    ],
    ["I2 at the deadline it is too late for a warning: one last look", IDLE, [task("verify")]],
    ["I2 long after it, too", 24 * HOUR, [task("verify")]],
  ])("%s", (_, ms, effects) => {
    expect(tick(active, ms, still)[1]).toEqual(effects);
  });

  test("I10 each of them comes once", () => {
    let state = active;
    const seen: Effect[] = [];
    for (let ms = 0; ms < IDLE + MINUTE; ms += 500) {
      const [next, effects] = tick(state, ms, still);
      seen.push(...effects);
      state = next;
    }
    expect(seen).toEqual([
      warning("idle", NOW + IDLE),
      { type: "last-call", reason: "idle" },
      task("verify"),
    ]);
  });

  test("F37 a state in which nothing is due stays the same object", () => {
    expect(tick(active, WARNING - 1, still)[0]).toBe(active);
    const [warned] = tick(active, WARNING, still);
    expect(tick(warned, WARNING + 1, still)[0]).toBe(warned);
  });

  test("the warning says which limit and stays open until something moves", () => {
    const [state] = tick(active, WARNING, still);
    expect(state).toEqual({ ...active, status: "warning", limit: "idle" });
    expect(tick(state, LAST_CALL, still)).toEqual([
      { ...state, called: NOW + IDLE },
      [{ type: "last-call", reason: "idle" }],
    ]);
  });

  test("the last look is taken once", () => {
    const [state, effects] = tick(active, IDLE);
    expect([state, effects]).toEqual([{ ...active, busy: { verify: true } }, [task("verify")]]);
    expect(tick(state, IDLE + 1)).toEqual([state, []]);
  });

  test("past the limit nothing else is started: no refresh, no writing", () => {
    const state: State = { ...active, unwritten: true, accessAt: NOW, record: { ...record, failures: 1 } };
    expect(tick(state, IDLE)[1]).toEqual([task("verify")]);
  });
});

describe("S2 A2 the absolute limit", () => {
  /** The user is active until 10 minutes before the end. */
  const near: State = { ...active, activityAt: NOW + 8 * HOUR - 11 * MINUTE };

  test("is warned of as what it is: it cannot be extended", () => {
    const at = 8 * HOUR - 10 * MINUTE;
    expect(tick(near, at - 1, still)[1]).toEqual([]);
    const [state, effects] = tick(near, at, still);
    expect(state).toMatchObject({ status: "warning", limit: "absolute" });
    expect(effects).toEqual([
      emit("warning", { limit: "absolute", deadlineAt: NOW + 8 * HOUR, extendable: false }),
    ]);
  });

  test("is not moved by activity, which still counts for the idle limit", () => {
    const [state] = tick(near, 8 * HOUR - 10 * MINUTE, still);
    const used = decide(
      state,
      { type: "activity", at: NOW + 8 * HOUR - 5 * MINUTE, ...when(8 * HOUR - 5 * MINUTE) },
      still,
    );
    expect(used[0]).toMatchObject({
      status: "warning",
      limit: "absolute",
      activityAt: NOW + 8 * HOUR - 5 * MINUTE,
    });
    expect(tick(used[0], 8 * HOUR, still)[1]).toEqual([task("verify")]);
    const [gone] = decide(
      { ...used[0], busy: { verify: true } },
      { type: "settled", task: "verify", ...when(8 * HOUR) },
      still,
    );
    expect(gone).toMatchObject({ status: "ended", reason: "absolute", origin: "this-tab" });
  });

  test("comes with its own last call", () => {
    const [state] = tick({ ...near, activityAt: NOW + 8 * HOUR - 5 * MINUTE }, 8 * HOUR - 3 * SECOND, still);
    expect(state.called).toBe(NOW + 8 * HOUR);
    expect(tick(near, 8 * HOUR - 3 * SECOND, still)[1]).toContainEqual({
      type: "last-call",
      reason: "absolute",
    });
  });

  test("takes the warning over when it comes first", () => {
    const [state] = tick({ ...active, absoluteAt: NOW + IDLE + HOUR }, WARNING, still);
    expect(state.limit).toBe("idle");
    const [next, effects] = tick({ ...state, absoluteAt: NOW + IDLE - 1 }, WARNING + 1, still);
    expect(next).toMatchObject({ status: "warning", limit: "absolute" });
    expect(effects).toEqual([warning("absolute", NOW + IDLE - 1)]);
  });

  test("stays warned of when the idle limit is extended in its warning", () => {
    const [state] = tick({ ...active, absoluteAt: NOW + IDLE + MINUTE }, WARNING, still);
    const [next, effects] = tick({ ...state, activityAt: NOW + WARNING }, WARNING + 1, still);
    expect(next).toMatchObject({ status: "warning", limit: "absolute" });
    expect(effects).toEqual([warning("absolute", NOW + IDLE + MINUTE)]);
  });
});

describe("activity", () => {
  const act = (state: State, at: number, ms = at, rules = still) =>
    decide(state, { type: "activity", at: NOW + at, ...when(ms) }, rules);

  test("moves the idle deadline to its own instant, and is to be written", () => {
    const [state] = act(active, 5 * MINUTE, 6 * MINUTE);
    expect(state).toMatchObject({ activityAt: NOW + 5 * MINUTE, mine: true });
  });

  test("is written at once when nothing was written for a while, and then collected", () => {
    const [state, effects] = act(active, SECOND);
    expect(effects).toEqual([task("write")]);
    expect(state).toEqual({
      ...active,
      activityAt: NOW + SECOND,
      mine: true,
      unwritten: false,
      writtenAt: NOW + SECOND,
      busy: { write: true },
    });
    const settled = decide(state, { type: "settled", task: "write", ...when(2 * SECOND) }, still);
    expect(settled[1]).toEqual([]);
    const [more, none] = act(settled[0], 3 * SECOND);
    expect([more.unwritten, none]).toEqual([true, []]);
    expect(tick(more, MINUTE + SECOND - 1, still)[1]).toEqual([]);
    expect(tick(more, MINUTE + SECOND, still)[1]).toEqual([task("write")]);
  });

  test.each([
    ["one ms before the deadline counts", IDLE - 1, true],
    ["I1 at the deadline revives nothing", IDLE, false],
    ["I1 after it revives nothing", IDLE + HOUR, false],
  ])("%s", (_, at, counts) => {
    expect(act(active, at)[0].activityAt).toBe(counts ? NOW + at : NOW);
    expect(act(active, at)[1]).toEqual([task(counts ? "write" : "verify")]);
  });

  test("that was in time counts, also when it is told after the deadline", () => {
    const [state, effects] = act(active, IDLE - 1, IDLE + SECOND);
    expect([state.activityAt, effects]).toEqual([NOW + IDLE - 1, [task("write")]]);
  });

  test.each([
    ["that is no newer changes nothing", 0],
    ["that is older changes nothing", -1],
  ])("%s", (_, at) => {
    expect(act(active, at, 0)).toEqual([active, []]);
  });

  test("does not close an open idle warning: the user is asked, the user answers", () => {
    const [state] = tick(active, WARNING, still);
    expect(act(state, WARNING + SECOND)).toEqual([state, []]);
  });

  test.each(dead)("counts for nothing when a tab is %s", (status) => {
    expect(act(tabs[status], SECOND)).toEqual([tabs[status], []]);
  });

  test("with the idle limit switched off counts for ever", () => {
    const off = { ...still, idleTimeout: NEVER };
    expect(act({ ...active, absoluteAt: NEVER }, 1000 * HOUR, 1000 * HOUR, off)[0].activityAt).toBe(
      NOW + 1000 * HOUR,
    );
  });
});

describe("I13 coming back to the tab", () => {
  test("is no activity", () => {
    const hidden = decide(active, { type: "visible", visible: false, ...when(0) })[0];
    expect(hidden).toEqual({ ...active, visible: false });
    const [state] = decide(hidden, { type: "visible", visible: true, ...when(MINUTE) });
    expect(state).toEqual(active);
  });

  test("after the deadline leads to the last look, not to a warning and not to a revival", () => {
    const [state, effects] = decide(active, { type: "visible", visible: true, ...when(IDLE) });
    expect([state.activityAt, effects]).toEqual([NOW, [task("verify")]]);
  });

  test("opens a warning that is due", () => {
    expect(decide(active, { type: "visible", visible: true, ...when(WARNING) }, still)[1]).toEqual([
      warning("idle", NOW + IDLE),
    ]);
  });
});

describe("I17 a hold", () => {
  const hold = (state: State, until: number, ms: number) =>
    decide(state, { type: "hold", until: NOW + until, ...when(ms) }, still);
  const [held] = hold(active, 30 * MINUTE, 0);

  test("counts as activity for as long as it lasts", () => {
    expect(held.holdUntil).toBe(NOW + 30 * MINUTE);
    const [state, effects] = tick(held, 10 * MINUTE, still);
    expect([state.activityAt, effects]).toEqual([NOW + 10 * MINUTE, [task("write")]]);
  });

  test("and never beyond: the idle limit counts from its end", () => {
    let state = held;
    for (let ms = 0; ms <= 45 * MINUTE - 1; ms += MINUTE) [state] = tick(state, ms, still);
    expect(state.activityAt).toBe(NOW + 30 * MINUTE);
    expect(tick(state, 45 * MINUTE - 1, still)[0].status).toBe("warning");
    expect(tick(state, 45 * MINUTE, still)[1]).toEqual([task("verify")]);
  });

  test("closes an open warning", () => {
    const [state] = tick(active, WARNING, still);
    const [next, effects] = hold(state, HOUR, WARNING + 1);
    expect([next.status, effects]).toEqual(["active", [emit("extended", { limit: "idle" }), task("write")]]);
  });

  test("that was released holds nothing", () => {
    const [state] = hold(held, -NOW, MINUTE);
    expect(state.holdUntil).toBe(0);
    expect(state.activityAt).toBe(NOW + MINUTE);
    expect(tick(state, 2 * MINUTE, still)[0].activityAt).toBe(NOW + MINUTE);
  });

  test("never moves the absolute limit", () => {
    const [state] = hold({ ...active, absoluteAt: NOW + 10 * MINUTE }, HOUR, 5 * MINUTE);
    expect(tick(state, 10 * MINUTE, still)[1]).toContainEqual(task("verify"));
  });

  test("revives nothing that is past its limit", () => {
    const [state, effects] = hold(active, HOUR, IDLE);
    expect([state.activityAt, effects]).toEqual([NOW, [task("verify")]]);
  });

  test.each(dead)("does nothing for a tab that is %s", (status) => {
    expect(hold(tabs[status], HOUR, 0)[1]).toEqual([]);
  });
});

describe("I3 extending", () => {
  test("closes the warning wherever its deadline has moved, and says so once", () => {
    const [state] = tick(active, WARNING, still);
    const moved = { ...record, activityAt: WALL + WARNING + SECOND };
    const read: Input = {
      type: "record",
      record: moved,
      origin: "other-tab",
      random: 0,
      ...when(WARNING + 2 * SECOND),
    };
    const [next, effects] = decide(state, read, still);
    expect(next.status).toBe("active");
    expect(effects).toEqual([emit("extended", { limit: "idle" })]);
    expect(decide(next, read, still)[1]).toEqual([]);
  });

  test("allows the next warning and its last call", () => {
    const [called] = tick(active, LAST_CALL, still);
    const [state, effects] = tick({ ...called, activityAt: NOW + LAST_CALL }, LAST_CALL + 1, still);
    expect(effects).toEqual([emit("extended", { limit: "idle" })]);
    expect(tick(state, 2 * LAST_CALL, still)[1]).toEqual([
      warning("idle", NOW + LAST_CALL + IDLE),
      { type: "last-call", reason: "idle" },
    ]);
  });
});

describe("the last look", () => {
  const settle = (state: State, ms: number, name: Task = "verify", rules = policy) =>
    decide(state, { type: "settled", task: name, ...when(ms) }, rules);
  const [looking] = tick(active, IDLE);

  test("that brought no word of life ends the session, and puts that on record", () => {
    const [state, effects] = settle(looking, IDLE + SECOND, "verify", still);
    expect(state).toEqual({
      ...active,
      status: "ended",
      reason: "idle",
      origin: "this-tab",
      over: 7,
      busy: { verify: false },
    });
    expect(effects).toEqual([
      { type: "over", epoch: 7, reason: "idle", write: true },
      emit("ended", { reason: "idle", origin: "this-tab" }),
    ]);
  });

  test("ends the session at the deadline itself, also when a refresh or a probe is due", () => {
    const expired = { ...looking, accessAt: NOW, record: { ...record, failures: 1 } };
    for (const rules of [policy, { ...policy, canRefresh: false }])
      expect(settle(expired, IDLE, "verify", rules)[0]).toMatchObject({ status: "ended", reason: "idle" });
  });

  test("ends it for the limit that came first", () => {
    expect(settle({ ...looking, absoluteAt: NOW + IDLE }, IDLE)[0].reason).toBe("absolute");
    expect(settle({ ...looking, absoluteAt: NOW + IDLE + 1 }, IDLE)[0].reason).toBe("idle");
  });

  test("I7 that found activity ends nothing", () => {
    const [state, effects] = settle({ ...looking, activityAt: NOW + MINUTE }, IDLE, "verify", still);
    expect(state).toEqual({
      ...active,
      activityAt: NOW + MINUTE,
      status: "warning",
      busy: { verify: false },
    });
    expect(effects).toEqual([warning("idle", NOW + MINUTE + IDLE)]);
  });

  test("that came back a ms before the deadline ends nothing", () => {
    expect(settle({ ...active, busy: { verify: true } }, IDLE - 1, "verify", still)[0].status).toBe(
      "warning",
    );
  });

  test("of a session that has ended meanwhile changes nothing any more", () => {
    const gone = overIn(looking);
    expect(settle(gone, IDLE)).toEqual([{ ...gone, busy: { verify: false } }, []]);
  });

  test.each(["write", "refresh", "peek"] as const)("is not what a %s was", (name) => {
    const [state, effects] = settle(
      { ...looking, busy: { ...looking.busy, [name]: true } },
      IDLE,
      name,
      still,
    );
    expect([state.status, effects]).toEqual(["active", []]);
  });
});

describe("what is due at the same time", () => {
  test("is started together: writing and refreshing", () => {
    const state: State = { ...active, unwritten: true };
    const [next, effects] = tick(state, 9 * MINUTE);
    expect(effects).toEqual([task("write"), task("refresh")]);
    expect(next).toMatchObject({
      busy: { write: true, refresh: true },
      unwritten: false,
      writtenAt: NOW + 9 * MINUTE,
    });
    expect(tick(next, 10 * MINUTE)).toEqual([next, []]);
  });

  test("F22 a failed server is refreshed at or asked, not both", () => {
    const failed: State = {
      ...active,
      retryAt: NOW + MINUTE,
      record: { ...record, failures: 1, retryAt: WALL + MINUTE },
    };
    expect(tick(failed, MINUTE - 1)[1]).toEqual([]);
    expect(tick(failed, MINUTE)[1]).toEqual([task("peek")]);
    expect(tick({ ...failed, accessAt: NOW + 2 * MINUTE }, MINUTE)[1]).toEqual([task("refresh")]);
    const [peeking] = tick(failed, MINUTE);
    expect(tick(peeking, MINUTE + 1)[1]).toEqual([]);
  });

  test("F21 one refresh for a credential that expired long ago", () => {
    const rules = { ...policy, canTouch: false };
    const [state, effects] = tick({ ...active, activityAt: NOW + HOUR - MINUTE }, HOUR, rules);
    expect(effects).toEqual([task("refresh")]);
    expect(tick(state, HOUR + MINUTE, rules)[1]).toEqual([]);
  });
});

describe("F14 a task that settles without news", () => {
  const settle = (state: State, name: Task, ms: number) =>
    decide(state, { type: "settled", task: name, ...when(ms) });

  test("is not asked for again at once: a refresh waits a second", () => {
    const state: State = { ...active, accessAt: NOW + MINUTE, busy: { refresh: true } };
    const [next, effects] = settle(state, "refresh", MINUTE);
    expect(next).toEqual({ ...state, retryAt: NOW + MINUTE + SECOND, busy: { refresh: false } });
    expect(effects).toEqual([]);
    expect(tick(next, MINUTE + SECOND - 1)[1]).toEqual([]);
    expect(tick(next, MINUTE + SECOND)[1]).toEqual([task("refresh")]);
  });

  test("also not where it settles in the very instant in which it is due", () => {
    const state: State = { ...active, accessAt: NOW + 2 * MINUTE, busy: { refresh: true } };
    const [next, effects] = settle(state, "refresh", MINUTE);
    expect([next.retryAt, effects]).toEqual([NOW + MINUTE + SECOND, []]);
    expect(settle(state, "refresh", MINUTE - 1)[0].retryAt).toBe(active.retryAt);
  });

  test("a refresh that brought a new credential waits for nothing", () => {
    const state: State = { ...active, busy: { refresh: true } };
    expect(settle(state, "refresh", MINUTE)).toEqual([{ ...state, busy: { refresh: false } }, []]);
  });

  test("is not asked for again at once: a peek waits a second", () => {
    const troubled = { ...record, failures: 1 };
    const state: State = { ...active, retryAt: NOW, record: troubled, busy: { peek: true } };
    const [next, effects] = settle(state, "peek", MINUTE);
    expect([next.retryAt, effects]).toEqual([NOW + MINUTE + SECOND, []]);
    expect(tick(next, MINUTE + SECOND)[1]).toEqual([task("peek")]);
  });

  test("a writing that settles puts no refresh off", () => {
    const state: State = { ...active, accessAt: NOW + 2 * MINUTE, busy: { write: true } };
    expect(settle(state, "write", MINUTE)[1]).toEqual([task("refresh")]);
  });

  test("a write that changed nothing is not asked for again in the same instant", () => {
    const state: State = { ...active, activityAt: NOW + 30 * SECOND, mine: true };
    const [writing, effects] = tick(state, MINUTE);
    expect(effects).toEqual([task("write")]);
    const [settled, none] = settle(writing, "write", MINUTE);
    expect(none).toEqual([]);
    expect(tick(settled, 2 * MINUTE - 1)[1]).toEqual([]);
    expect(tick(settled, 2 * MINUTE)[1]).toEqual([task("write")]);
  });
});

describe("the network is back", () => {
  const online = (state: State, random: number) => decide(state, { type: "online", random, ...when(0) });
  const waiting: State = { ...active, retryAt: NOW + MINUTE };

  test.each([
    [0, 0],
    [0.5, 500],
    [0.999, 999],
  ])("F19 the server is tried again within a second, not by all tabs at once (%d)", (random, ms) => {
    expect(online(waiting, random)[0].retryAt).toBe(NOW + ms);
  });

  test("what was to be tried sooner is", () => {
    expect(online({ ...active, retryAt: NOW + 100 }, 0.5)[0].retryAt).toBe(NOW + 100);
  });

  test("Retry-After is kept: the server asked for it", () => {
    const asked: State = { ...waiting, record: { ...record, asked: true } };
    expect(online(asked, 0)[0].retryAt).toBe(NOW + MINUTE);
  });

  test.each(dead)("means nothing to a tab that is %s", (status) => {
    const { retryAt: _, ...state } = online(tabs[status], 0.5)[0];
    const { retryAt: __, ...before } = tabs[status];
    expect(state).toEqual(before);
  });
});

describe("an end", () => {
  test.each(live)(
    "asked for in a tab that is %s is the end here, and this tab puts it on record",
    (status) => {
      const [state, effects] = decide(tabs[status], {
        type: "end",
        reason: "rejected",
        origin: "server",
        ...when(0),
      });
      expect(state).toEqual({
        ...tabs[status],
        status: "ended",
        reason: "rejected",
        origin: "server",
        over: 7,
      });
      expect(effects).toEqual([
        { type: "over", epoch: 7, reason: "rejected", write: true },
        emit("ended", { reason: "rejected", origin: "server" }),
      ]);
    },
  );

  test.each(dead)("I19 asked for in a tab that is %s changes nothing", (status) => {
    expect(decide(tabs[status], { type: "end", reason: "logout", origin: "this-tab", ...when(0) })).toEqual([
      tabs[status],
      [],
    ]);
  });

  test("I19 latches: no time and no activity opens a warning again", () => {
    const gone = overIn(active);
    for (const ms of [WARNING, LAST_CALL, IDLE, 8 * HOUR]) expect(tick(gone, ms)).toEqual([gone, []]);
  });
});

describe("nobody is signed in", () => {
  test.each(statuses)("says the server to a tab that is %s", (status) => {
    const [state, effects] = decide(tabs[status], { type: "nobody", ...when(0) });
    const expected = status === "unknown" ? { ...tabs[status], status: "signed-out" } : tabs[status];
    expect([state, effects]).toEqual([expected, []]);
  });
});

describe("a word of life from the server", () => {
  test("is taken over, whole", () => {
    const facts = {
      activityAt: NOW + 5,
      seenAt: NOW + 4,
      touchedAt: NOW + 5,
      absoluteAt: NOW + HOUR,
      unwritten: true,
    };
    expect(decide({ ...active, writtenAt: NOW }, { type: "alive", facts, ...when(10) }, still)).toEqual([
      { ...active, ...facts, writtenAt: NOW },
      [],
    ]);
  });
});

test.each(statuses)("an input that is none changes nothing in a tab that is %s", (status) => {
  expect(decide(tabs[status], { type: "nonsense", ...when(0) } as never, still)).toEqual([tabs[status], []]);
});

describe.each(dead)("a tab that is %s", (status) => {
  const inputs: Record<string, Partial<Input>> = {
    tick: {},
    activity: { at: NOW + 1 } as never,
    visible: { visible: false } as never,
    hold: { until: NOW + HOUR } as never,
    "settled write": { type: "settled", task: "write" },
    "settled refresh": { type: "settled", task: "refresh" },
    "settled verify": { type: "settled", task: "verify" },
    "settled peek": { type: "settled", task: "peek" },
    online: { random: 0.5 } as never,
  };
  test.each(Object.entries(inputs))("has nothing to do at %s, however late it is", (name, input) => {
    for (const ms of [0, IDLE, 100 * HOUR]) {
      const [state, effects] = decide(tabs[status], { type: name, ...input, ...when(ms) } as Input);
      expect([state.status, effects]).toEqual([status, []]);
    }
  });
});
