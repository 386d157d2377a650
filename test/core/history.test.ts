import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { alive } from "../../src/core/alive.js";
import { active, claim, confirmed, failed, over, refreshed, signIn } from "../../src/core/commit.js";
import type { Effect } from "../../src/core/effect.js";
import { deadlines, idleTimeout } from "../../src/core/idle.js";
import type { Input } from "../../src/core/input.js";
import type { Policy } from "../../src/core/policy.js";
import type { SharedRecord } from "../../src/core/record.js";
import { initialState, isLive, type Origin, type State, type Task } from "../../src/core/state.js";
import { type Moment, NEVER } from "../../src/core/time.js";
import { dueAt, transition } from "../../src/core/transition.js";
import { decide, frozen, grant, HOUR, MINUTE, NOW, policy, SECOND, WALL } from "./support.js";

// Any sequence of things that can happen to a tab, in a world where other tabs change the record, clocks are set,
// readings come late or out of order, and tasks take their time. What must always be true is asked after each.

vi.setConfig({ testTimeout: 30_000 });

interface World {
  moment: Moment;
  /** Every record there was, the stored one last. */
  history: SharedRecord[];
  state: State;
}
type Bare<T> = T extends Moment ? Omit<T, keyof Moment> : never;
type Given<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const upTo = (max: number) => fc.integer({ min: 0, max });
const mostly = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
const reason = fc.constantFrom("logout" as const, "idle" as const, "absolute" as const, "rejected" as const);
const origin = fc.constantFrom<Origin>("other-tab", "server");
const lifetime = fc.option(upTo(9 * HOUR), { nil: undefined });
const told = fc.record({ idle: lifetime, absolute: lifetime, access: lifetime });
const subject = fc.constantFrom("ada", "ada", "alan", "");
const is = <K extends string>(kind: K) => fc.constant(kind);

/** What another tab does to the record, or this one's shell. */
const change = fc.oneof(
  fc.record({ by: is("sign-in"), subject, told }),
  fc.record({ by: is("refresh"), told }),
  fc.record({ by: is("activity"), age: upTo(MINUTE) }),
  fc.record({ by: is("peek"), told }),
  fc.record({ by: is("touch"), told }),
  fc.record({ by: is("failure"), random: chance, retryAfter: fc.option(upTo(2 * HOUR), { nil: undefined }) }),
  fc.record({ by: is("claim") }),
  fc.record({ by: is("end"), reason }),
);

function changed(r: SharedRecord, wall: number, it: Given<typeof change>): SharedRecord | undefined {
  switch (it.by) {
    case "sign-in":
      return signIn(r, { prefix: "p", wall, subject: it.subject, ...it.told }, policy);
    case "refresh":
      return refreshed(r, r, wall, it.told);
    case "activity": {
      const ages = { age: it.age, activityAge: wall - r.activityAt, touchAge: wall - r.touchedAt };
      return active(r, {
        epoch: r.epoch,
        wall,
        seen: r,
        ...ages,
        idleTimeout: 15 * MINUTE,
        touchEvery: MINUTE,
      });
    }
    case "failure":
      return failed(r, r, { wall, ...it });
    case "claim":
      return claim(r, r, "b", r.intent?.attempt ?? 0);
    case "end":
      return over(r, r.epoch, it.reason, false);
    default:
      return confirmed(r, r, wall, it.told, it.by === "touch");
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: is("time passes"),
      ms: fc.oneof(upTo(2 * SECOND), upTo(MINUTE), upTo(20 * MINUTE)),
      set: mostly(0, fc.integer({ min: -48 * HOUR, max: 48 * HOUR })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: is("the record changes"), change }) },
  {
    weight: 5,
    arbitrary: fc.record({ what: is("a look"), late: mostly(0, upTo(5)), origin, random: chance }),
  },
  { weight: 2, arbitrary: fc.record({ what: is("a sign-in here"), subject, told, random: chance }) },
  { weight: 4, arbitrary: fc.record({ what: is("activity"), ago: upTo(2 * MINUTE) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: is("a task settles"),
      task: fc.constantFrom<Task>("verify", "peek", "write", "refresh"),
    }),
  },
  fc.record({ what: is("a word of life"), told }),
  fc.record({ what: is("a message"), ahead: fc.integer({ min: -2, max: 3 }), reason: fc.option(reason) }),
  fc.record({ what: is("an end"), reason, origin }),
  fc.record({ what: is("nobody") }),
  fc.record({ what: is("shown or hidden"), visible: fc.boolean() }),
  fc.record({ what: is("online"), random: chance }),
  fc.record({ what: is("a hold"), ms: mostly(0, upTo(HOUR)) }),
);

/** What a step is to this tab, if anything. */
function inputOf(world: World, it: Given<typeof step>): Bare<Input> | undefined {
  const { history, state, moment } = world;
  const { now, wall } = moment;
  const stored = history[history.length - 1];
  switch (it.what) {
    case "time passes":
      world.moment = { now: now + it.ms, wall: Math.max(0, wall + it.ms + it.set) };
      return { type: "tick" };
    case "the record changes": {
      const next = changed(stored, wall, it.change);
      if (next) history.push(frozen(next));
      return undefined;
    }
    case "a look": {
      const { late, origin, random } = it;
      // Later than anything that was ever written: the storage was cleared.
      return { type: "record", record: history[history.length - 1 - late], origin, random };
    }
    case "a sign-in here": {
      const record = signIn(stored, { ...grant, ...it.told, subject: it.subject, wall }, policy);
      history.push(frozen(record));
      return { type: "record", record, origin: "this-tab", random: it.random };
    }
    case "activity":
      return { type: "activity", at: now - it.ago };
    case "a task settles":
      return state.busy[it.task] ? { type: "settled", task: it.task } : undefined;
    case "a word of life":
      return isLive(state) && state.busy.verify
        ? { type: "alive", facts: alive(state, it.told, now, policy) }
        : undefined;
    case "a message": {
      const epoch = (state.record?.epoch ?? 0) + it.ahead;
      const end = it.reason
        ? ({ type: "ended", reason: it.reason } as const)
        : ({ type: "changed" } as const);
      return { type: "message", message: { v: 1, epoch, sequence: 0, sender: "b", ...end } };
    }
    case "an end":
      return { type: "end", reason: it.reason, origin: it.origin };
    case "nobody":
      return { type: "nobody" };
    case "shown or hidden":
      return { type: "visible", visible: it.visible };
    case "online":
      return { type: "online", random: it.random };
    case "a hold":
      return { type: "hold", until: it.ms && now + it.ms };
  }
}

interface Seen extends World {
  before: State;
  input: Bare<Input>;
  effects: Effect[];
}

function always(ask: (seen: Seen) => void, rules: Policy = policy, numRuns = 200) {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), (steps) => {
      const first = frozen(signIn(undefined, grant, rules));
      const world: World = {
        moment: { now: NOW, wall: WALL },
        history: [first],
        state: initialState,
      };
      for (const step of steps) {
        const input = inputOf(world, step);
        if (!input) continue;
        const before = world.state;
        const [state, effects] = transition(before, { ...input, ...world.moment } as Input, rules);
        world.state = frozen(state);
        ask({ ...world, before, input, effects });
      }
    }),
    // Bounds what it takes to find the shortest history that breaks a rule.
    { numRuns, interruptAfterTimeLimit: 20_000 },
  );
}

const tasksOf = (effects: Effect[]) => effects.flatMap((it) => (it.type === "task" ? [it.task] : []));
const eventsOf = (effects: Effect[]) => effects.flatMap((it) => (it.type === "emit" ? [it] : []));

test("the same state, input and policy always decide the same, and none of them is changed", () => {
  always(({ before, input, moment, state, effects }) => {
    expect(decide(before, { ...input, ...moment } as Input)).toEqual([state, effects]);
  });
});

test("I12 the time left is never above what is configured, and never no number", () => {
  always(({ state, moment: { now } }) => {
    if (!isLive(state)) return;
    for (const { at, most, warning } of deadlines(state, policy)) {
      expect(most).toBeGreaterThanOrEqual(0);
      expect(warning).toBeGreaterThanOrEqual(0);
      expect(at === NEVER ? NEVER : at - now).toBeLessThanOrEqual(most);
    }
    for (const key of ["activityAt", "seenAt", "touchedAt", "absoluteAt", "accessAt", "retryAt"] as const)
      expect(state[key]).not.toBeNaN();
    for (const key of ["activityAt", "seenAt", "touchedAt"] as const)
      expect(state[key]).toBeLessThanOrEqual(now);
  });
});

test("F29 I-fence epochs only rise, and one that has ended here never becomes live again", () => {
  always(({ before, state }) => {
    expect(state.record?.epoch ?? 0).toBeGreaterThanOrEqual(before.record?.epoch ?? 0);
    expect(state.over).toBeGreaterThanOrEqual(before.over);
    if (isLive(state)) expect(state.record?.epoch).toBeGreaterThan(state.over);
    if (isLive(before) && !isLive(state))
      expect(state.over).toBeGreaterThanOrEqual(before.record?.epoch as number);
  });
});

test("S2 I-abs within a session the absolute limit never moves away, but where a clock that ran ahead is put right", () => {
  always(({ before, input, state }) => {
    if (!isLive(before) || before.record?.epoch !== state.record?.epoch || input.type === "alive") return;
    expect(state.absoluteAt).toBeLessThanOrEqual(before.absoluteAt);
  });
});

test("I4 I-mix a tab never goes from one user to another by itself", () => {
  always(({ before, input, state }) => {
    if (before.subject === undefined || state.subject === before.subject) return;
    expect(input).toMatchObject({ type: "record", origin: "this-tab" });
  });
});

test("I2 I10 F37 I19 events come in an order that makes sense", () => {
  let told: "nothing" | "live" | "warned" = "nothing";
  let last: State | undefined;
  always(({ before, state, effects, moment: { now } }) => {
    if (before !== last) told = "nothing";
    last = state;
    for (const it of eventsOf(effects)) {
      if (it.event === "started") expect(told).toBe("nothing");
      else if (it.event === "extended") expect(told).toBe("warned");
      else if (it.event !== "ended") expect(told).not.toBe("nothing");
      if (it.event === "warning") {
        expect(it.detail.deadlineAt).toBeGreaterThan(now);
        expect(it.detail.extendable).toBe(it.detail.limit === "idle");
      }
      if (it.event === "started" || it.event === "extended") told = "live";
      if (it.event === "warning") told = "warned";
      if (it.event === "ended") told = "nothing";
    }
    expect(told === "warned").toBe(state.status === "warning" && state.announced);
    expect(told !== "nothing").toBe(isLive(state) && state.announced);
    const ended = eventsOf(effects).filter((it) => it.event === "ended");
    expect(ended).toHaveLength(isLive(before) ? effects.filter((it) => it.type === "over").length : 0);
    expect(isLive(before) && !isLive(state)).toBe(ended.length === 1 && !isLive(state));
  });
});

test("I-idle a session ends as idle only if nobody was active within the limit, and at a limit only after a last look", () => {
  always(({ before, input, state, moment: { now } }) => {
    if (!isLive(before) || isLive(state) || state.origin !== "this-tab") return;
    expect(input).toEqual({ type: "settled", task: "verify" });
    const [idle, absolute] = deadlines(before, policy);
    expect(now).toBeGreaterThanOrEqual(state.reason === "idle" ? idle.at : absolute.at);
    if (state.reason === "idle")
      expect(now - before.activityAt).toBeGreaterThanOrEqual(idleTimeout(before, policy));
  });
});

test("I1 an activity after the deadline never moves it", () => {
  always(({ before, input, state }) => {
    if (input.type !== "activity" || input.at < deadlines(before, policy)[0].at) return;
    expect(state.activityAt).toBe(before.activityAt);
  });
});

test("T3 no task is asked for while it is under way, and none after the end", () => {
  always(({ before, input, state, effects }) => {
    const tasks = tasksOf(effects);
    expect(new Set(tasks).size).toBe(tasks.length);
    for (const task of tasks) {
      expect(before.busy[task] && !(input.type === "settled" && input.task === task)).toBeFalsy();
      expect(state.busy[task]).toBe(true);
      expect(isLive(state)).toBe(true);
    }
  });
});

test("I-idle past a limit a live session is always being looked at", () => {
  always(({ state, moment: { now } }) => {
    if (isLive(state) && deadlines(state, policy).some(({ at }) => now >= at))
      expect(state.busy.verify).toBe(true);
  });
});

test("I-quiet the timer is never in the past, and nothing happens before it fires", () => {
  always(({ state, moment: { now, wall } }) => {
    const due = dueAt(state, policy, now);
    expect(due).toBeGreaterThan(now);
    // A hold counts at any moment; while a limit is being verified the answer sets the timer again.
    if (state.holdUntil > now || state.busy.verify) return;
    const last = due === NEVER ? now + 24 * HOUR : due - 1;
    for (const at of [now + 1, (now + last) / 2, last]) {
      if (at <= now || at >= due) continue;
      const [later, effects] = transition(state, { type: "tick", now: at, wall: wall + at - now }, policy);
      expect(effects).toEqual([]);
      expect(later).toBe(state);
    }
  });
});

test("F14 I-quiet tasks that settle without news come to rest", () => {
  always(({ state, moment }) => {
    let now = state;
    for (let round = 0; round < 6; round++) {
      const busy = (Object.keys(now.busy) as Task[]).filter((task) => now.busy[task]);
      if (!busy.length) return;
      for (const task of busy) [now] = transition(now, { type: "settled", task, ...moment }, policy);
    }
    expect(Object.values(now.busy)).not.toContain(true);
  });
});
