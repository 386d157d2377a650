// npm run simulate -- --schedules 200000 --seed 1     runs so many schedules
// npm run simulate -- --replay 42                     shows one, and shrinks it where something goes wrong
// npm run simulate -- --tokens sealed                 every schedule has tokens, and keeps them in that way
// npm run simulate -- --loading                       in every schedule the session is slow to load
// npm run simulate -- --mutants                       plants bugs, one at a time, and tells how soon each is caught

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.js";
import { mutants } from "./mutants.js";
import { runAll, start } from "./pool.js";
import { coverageTable, foundLine, story } from "./report.js";
import type { Wanted } from "./schedule.js";
import type { Found } from "./worker.js";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
    seconds: { type: "string" },
    replay: { type: "string" },
    mutants: { type: "boolean", default: false },
    only: { type: "string" },
    server: { type: "string" },
    tokens: { type: "string" },
    loading: { type: "boolean" },
  },
});
const from = Number(values.seed);
const workers = Number(values.workers);
const schedules = Number(values.schedules);
const wanted = { server: values.server, tokens: values.tokens, loading: values.loading } as Wanted;
/** How many violations are told in full. */
const STORIES = 3;

const number = new Intl.NumberFormat("en");
const show = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${line}\u001b[K`);
};

async function tell(file: string, seed: number) {
  const worker = start(file, wanted);
  const answer = await worker.ask({ shrink: seed });
  worker.stop();
  if ("shrunk" in answer) console.log(`\n${story(seed, answer.shrunk)}`);
}

async function simulate() {
  const file = await bundle();
  const seconds = values.seconds === undefined ? {} : { seconds: Number(values.seconds) };
  let told = 0;
  let shown = 0;
  const total = await runAll(file, {
    from,
    schedules,
    workers,
    wanted,
    ...seconds,
    progress({ schedules: done, seconds, found }) {
      const rate = Math.round(done / seconds);
      const line = `${number.format(done)} schedules, ${number.format(rate)} a second, ${found.length} violations`;
      show(line);
      for (const it of found.slice(shown)) console.log(foundLine(it));
      shown = found.length;
      // Where nobody watches, a line now and then.
      if (!process.stderr.isTTY && seconds > told + 30) {
        told = seconds;
        console.log(line);
      }
    },
  });
  show("");
  console.log(`${coverageTable(total.coverage)}\n`);
  console.log(
    `schedules             ${number.format(total.schedules)} (seeds ${from} to ${from + total.schedules - 1})`,
  );
  console.log(`fault mixes           ${number.format(total.mixes.size)}`);
  console.log(`events                ${number.format(total.steps)}`);
  console.log(`schedules per second  ${number.format(Math.round(total.schedules / total.seconds))}`);
  console.log(`violations            ${total.found.length}`);
  for (const { seed } of total.found.slice(0, STORIES)) await tell(file, seed);
  process.exitCode = total.found.length ? 1 : 0;
}

async function replay(seed: number) {
  const file = await bundle();
  const worker = start(file, wanted);
  const answer = await worker.ask({ replay: seed });
  worker.stop();
  if (!("outcome" in answer)) return;
  const { trace, violation } = answer.outcome;
  console.log(trace.join("\n"));
  if (!violation) return;
  process.exitCode = 1;
  await tell(file, seed);
}

async function plantAll() {
  const shipped = await bundle();
  const planted = mutants.filter(({ name }) => !values.only || name.includes(values.only));
  const asked = values.server !== undefined || values.tokens !== undefined;
  const end = from + schedules;
  let escaped = 0;

  /** The first violation of a planted bug, and of nothing that is wrong without it. */
  async function caught(file: string, wanted: Wanted, seed: number): Promise<Found | undefined> {
    const { found } = await runAll(file, {
      from: seed,
      schedules: end - seed,
      workers,
      wanted,
      untilFound: true,
    });
    const [first] = found;
    if (!first) return undefined;
    const worker = start(shipped, wanted);
    const answer = await worker.ask({ replay: first.seed });
    worker.stop();
    const always = "outcome" in answer && answer.outcome.violation;
    return always ? caught(file, wanted, first.seed + 1) : first;
  }
  for (const mutant of planted) {
    const first = await caught(await bundle(mutant), asked ? wanted : (mutant.in ?? {}), from);
    if (!first) escaped++;
    const cells = first
      ? [first.invariant, number.format(first.seed - from + 1), first.text]
      : ["**escaped**", number.format(schedules), ""];
    console.log(`| ${[mutant.name, ...cells].join(" | ")} |`);
  }
  console.log(`\n${planted.length - escaped} caught, ${escaped} escaped`);
  process.exitCode = escaped ? 1 : 0;
}

if (values.replay !== undefined) await replay(Number(values.replay));
else if (values.mutants) await plantAll();
else await simulate();
