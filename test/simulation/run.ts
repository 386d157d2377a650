import { createChance } from "../../src/testing/chance.js";
import { createMachine } from "../../src/testing/machine.js";
import { type Coverage, createCoverage } from "./coverage.js";
import { arm, type Fault, type FaultKind } from "./faults.js";
import { invariants } from "./oracle/index.js";
import { createOracle, type Oracle, type Violation } from "./oracle/oracle.js";
import type { Action, ActionName, Schedule } from "./schedule.js";
import { gone, isLive, type Seat } from "./seat.js";
import { createStage, type Stage } from "./stage.js";

/** What one schedule came to. */
export interface Outcome {
  readonly violation: Violation | undefined;
  readonly faults: readonly Fault[];
  /** Events of the world. */
  readonly steps: number;
  /** Every line of what happened, where it was to be kept: the same for the same seed. */
  readonly trace: readonly string[];
}

export interface RunOptions {
  /** Only these faults, and no others. */
  readonly only?: ReadonlyMap<string, FaultKind> | undefined;
  /** Keeps the lines of what happens. @default false */
  readonly keepTrace?: boolean;
  readonly coverage?: Coverage;
}

/** What follows from the last event may take turns of its own. */
export interface World {
  busy(): boolean;
}

/** What happens to the machine, or to what all tabs have, happens to every one of them. */
const SHARED: ReadonlySet<ActionName> = new Set<ActionName>([
  "sleep",
  "stepClock",
  "clearDisk",
  "badRecord",
  "forgedRecord",
  "nonsense",
  "otherVersion",
  "forgedEnd",
  "forgedNews",
  "revoke",
  "replay",
]);

/** More events than this are not worth their time: the schedule goes on to its end. */
const MOST_EVENTS = 4000;
const SECOND = 1000;

/**
 * The course of a schedule. It yields after each event: whoever drives it lets everything follow that follows from it
 * (promises, bodies) and comes back.
 */
export function* course(schedule: Schedule, options: RunOptions = {}): Generator<World, Outcome> {
  const { seed, setting, rates } = schedule;
  const trace: string[] = [];
  const machine = createMachine({
    seed,
    clockStopsInSleep: setting.clockStopsInSleep,
    server: { idle: setting.idle, absolute: setting.absolute, access: setting.access, grace: setting.grace },
    trace: options.keepTrace ? (line) => void trace.push(line) : undefined,
  });
  const { timeline } = machine;
  const seats: Seat[] = [];
  const oracle: Oracle = createOracle(invariants, {
    setting,
    machine,
    seats,
    now: () => timeline.now,
    seat: (name) => seats.find((it) => it.name === name),
  });
  const coverage = options.coverage ?? createCoverage();
  const stage: Stage = createStage(machine, setting, seats, oracle, coverage, createChance(`stage ${seed}`));
  const world: World = { busy: () => machine.busy() || stage.busy() };
  const faults = arm(machine, seed, rates, setting.requestTimeout, options.only, (fault) => {
    coverage.count(fault.kind, stage.seat(fault.tab), machine);
    oracle.fault(fault);
  });

  let steps = 0;
  /** Lets time pass: so many ms, and no more than so many events. */
  function* pass(ms: number, events = Number.POSITIVE_INFINITY) {
    const until = timeline.now + ms;
    let left = events;
    for (let next = timeline.next(); next !== undefined && next <= until; next = timeline.next()) {
      if (left-- <= 0 || oracle.violation()) return;
      timeline.take();
      steps++;
      yield world;
      if (setting.tokens !== "none") stage.look();
      oracle.look(timeline.now);
    }
    timeline.moveTo(until);
    oracle.look(until);
  }
  function* perform(action: Action) {
    const seat = stage.seat(`tab ${action.tab}`);
    if (action.tab > 0 && action.what !== "open" && (!seat || gone(seat))) return;
    const struck = SHARED.has(action.what) ? seats.filter((it) => !gone(it)) : [seat];
    const count = coverage.note(action.what, struck, machine);
    if (action.what === "sleep") {
      const ms = Number(action.with);
      count();
      oracle.acted(action, seat);
      stage.beforeSleep();
      machine.fallAsleep(ms);
      yield* pass(ms);
      machine.wakeUp();
      stage.afterSleep();
    } else if (stage.perform(action, seat)) {
      count();
      oracle.acted(action, seat);
    }
    yield world;
    oracle.look(timeline.now);
  }

  yield world;
  for (const action of schedule.actions) {
    if (oracle.violation() || steps > MOST_EVENTS) break;
    yield* pass(action.wait, action.events);
    if (!oracle.violation()) yield* perform(action);
  }
  // Everything is well again. Whoever waits is served now, or is told why not.
  if (!oracle.violation()) {
    machine.trace("all is well again");
    faults.stop();
    stage.heal();
    yield world;
    yield* pass(settleTime(schedule));
    if (!oracle.violation()) oracle.healed();
  }
  if (!oracle.violation() && seats.some(isLive)) {
    stage.ask();
    yield world;
    yield* pass(settleTime(schedule));
    if (!oracle.violation()) oracle.healed();
    const from = timeline.now;
    stage.countTimers();
    yield* pass(90 * SECOND);
    if (!oracle.violation()) oracle.quiet(from, timeline.now);
  }
  return { violation: oracle.violation(), faults: faults.happened, steps, trace };
}

/** How long everybody has to get over what went wrong. */
const settleTime = ({ setting }: Schedule): number => setting.requestTimeout * 12 + 20 * SECOND;
