import { type ChildProcess, fork } from "node:child_process";
import { addCoverage } from "./coverage.js";
import type { Wanted } from "./schedule.js";
import type { Answer, Found, Report, Task } from "./worker.js";

/** Asks a worker process one thing. */
function ask(worker: ChildProcess, task: Task): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`A worker ended (${code}).`));
    worker.once("exit", gone);
    worker.once("message", (answer: Answer) => {
      worker.off("exit", gone);
      resolve(answer);
    });
    worker.send(task);
  });
}

/** A process that runs a bundle, with what all its schedules are to have. The caller ends it. */
export function start(file: string, wanted: Wanted = {}) {
  const worker = fork(file, [JSON.stringify(wanted)], { execArgv: ["--max-semi-space-size=256"] });
  return {
    ask: (task: Task) => ask(worker, task),
    stop: () => worker.disconnect(),
  };
}

export interface Total extends Omit<Report, "mixes"> {
  readonly mixes: Set<string>;
  readonly seconds: number;
}

export interface RunOptions {
  readonly from: number;
  readonly schedules: number;
  readonly workers: number;
  /** What every schedule is to have. @default nothing */
  readonly wanted?: Wanted;
  /** Stops at the first violation. @default false */
  readonly untilFound?: boolean;
  /** Stops after so many seconds, whatever is left. */
  readonly seconds?: number;
  readonly progress?: (done: Total) => void;
}

/** How many schedules a worker runs before it tells. */
const PORTION = 100;

/** Runs the seeds from the first on, on so many processes. */
export async function runAll(file: string, options: RunOptions): Promise<Total> {
  const began = performance.now();
  const found: Found[] = [];
  const total = { schedules: 0, steps: 0, mixes: new Set<string>(), coverage: {}, found, seconds: 0 };
  let next = options.from;
  const end = options.from + options.schedules;
  const over = () =>
    next >= end ||
    (options.untilFound && found.length > 0) ||
    (options.seconds !== undefined && performance.now() - began > options.seconds * 1000);

  async function work() {
    const worker = start(file, options.wanted);
    try {
      while (!over()) {
        const count = Math.min(PORTION, end - next);
        const order = { from: next, count };
        next += count;
        const answer = await worker.ask({ run: order });
        if (!("report" in answer)) continue;
        const { report } = answer;
        total.schedules += report.schedules;
        total.steps += report.steps;
        for (const mix of report.mixes) total.mixes.add(mix);
        addCoverage(total.coverage, report.coverage);
        found.push(...report.found);
        total.seconds = (performance.now() - began) / 1000;
        options.progress?.(total);
      }
    } finally {
      worker.stop();
    }
  }
  await Promise.all(Array.from({ length: options.workers }, work));
  found.sort((a, b) => a.seed - b.seed);
  return { ...total, seconds: (performance.now() - began) / 1000 };
}
