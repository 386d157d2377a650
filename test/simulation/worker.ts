import { type Coverage, createCoverage } from "./coverage.js";
import { driveAtOnce, driveByTurns } from "./drive.js";
import type { Violation } from "./oracle/oracle.js";
import { course, type Outcome, type RunOptions } from "./run.js";
import { mixName, type Schedule, scheduleOf as scheduleFor, type Wanted } from "./schedule.js";
import { type Shrunk, shrink } from "./shrink.js";

/** Seeds to run, from the first on. */
interface Order {
  readonly from: number;
  readonly count: number;
}

export interface Found extends Violation {
  readonly seed: number;
}

/** What came of an {@link Order}. */
export interface Report {
  readonly schedules: number;
  readonly steps: number;
  readonly mixes: readonly string[];
  readonly coverage: Coverage["rows"];
  readonly found: readonly Found[];
}

export type Task =
  | { readonly run: Order }
  | { readonly shrink: number }
  | { readonly replay: number }
  /** The same by turns of the event loop, which whatever Node has may take. */
  | { readonly byTurns: number };
export type Answer =
  | { readonly report: Report }
  | { readonly shrunk: Shrunk }
  | { readonly outcome: Outcome };

Error.stackTraceLimit = 0;

const wanted = JSON.parse(process.argv[2] ?? "{}") as Wanted;
const scheduleOf = (seed: number) => scheduleFor(seed, wanted);

/** A rejection that nobody handled, in the schedule that runs just now. */
let unhandled: unknown;
process.on("unhandledRejection", (reason) => {
  unhandled ??= reason ?? "nothing";
});
// What a listener throws is its own affair; none here does.
process.on("uncaughtException", (error) => {
  unhandled ??= error;
});

function run(schedule: Schedule, options: RunOptions = {}): Outcome {
  unhandled = undefined;
  let outcome: Outcome;
  try {
    outcome = driveAtOnce(course(schedule, options));
  } catch (error) {
    const violation = { invariant: "error", at: 0, text: `${(error as Error).stack ?? error}` };
    return { violation, faults: [], steps: 0, trace: [] };
  }
  if (unhandled === undefined || outcome.violation) return outcome;
  const text = `a rejection that nobody handles: ${unhandled}`;
  return { ...outcome, violation: { invariant: "I-live", at: Number.NaN, text } };
}

function work({ from, count }: Order): Report {
  const coverage = createCoverage();
  const mixes = new Set<string>();
  const found: Found[] = [];
  let steps = 0;
  for (let seed = from; seed < from + count; seed++) {
    const schedule = scheduleOf(seed);
    mixes.add(mixName(schedule));
    const outcome = run(schedule, { coverage });
    steps += outcome.steps;
    if (outcome.violation) found.push({ seed, ...outcome.violation });
  }
  return { schedules: count, steps, mixes: [...mixes], coverage: coverage.rows, found };
}

function perform(task: Exclude<Task, { byTurns: number }>): Answer {
  if ("run" in task) return { report: work(task.run) };
  if ("replay" in task) return { outcome: run(scheduleOf(task.replay), { keepTrace: true }) };
  return {
    shrunk: shrink(scheduleOf(task.shrink), (schedule, only) => run(schedule, { only, keepTrace: true })),
  };
}

// Ports between pages and workers may still be open.
process.on("disconnect", () => process.exit());
process.on("message", (task: Task) => {
  if ("byTurns" in task) {
    void driveByTurns(course(scheduleOf(task.byTurns), { keepTrace: true })).then((outcome) =>
      process.send?.({ outcome }),
    );
    return;
  }
  // A task of its own: promises are run by hand, which only works outside of them.
  setImmediate(() => process.send?.(perform(task)));
});
