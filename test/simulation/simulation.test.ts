import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bundle, edited, root } from "./bundle.js";
import { mutants } from "./mutants.js";
import { runAll, start } from "./pool.js";
import { foundLine, story } from "./report.js";
import type { Wanted } from "./schedule.js";
import type { Task } from "./worker.js";

const WAYS = ["memory", "sealed", "shared-worker", "dedicated-worker"] as const;
const workers = Math.min(2, availableParallelism());
let shipped: string;
beforeAll(async () => {
  shipped = await bundle();
});

/** What a new process makes of a seed. */
async function outcomeOf(file: string, task: Task, wanted: Wanted = {}) {
  const worker = start(file, wanted);
  try {
    const answer = await worker.ask(task);
    if (!("outcome" in answer)) throw new Error("No outcome.");
    return answer.outcome;
  } finally {
    worker.stop();
  }
}

test("the same seed is the same course of events, bit for bit, in every process", async () => {
  for (const seed of [3, 14, 159]) {
    const [one, other] = await Promise.all([
      outcomeOf(shipped, { replay: seed }),
      outcomeOf(shipped, { replay: seed }),
    ]);
    expect(one.trace.length).toBeGreaterThan(50);
    expect(other).toEqual(one);
  }
});

test("light requests, replies, signals and ports change nothing: with Node's own, by turns, every line is the same", async () => {
  const full = await bundle(undefined, false);
  for (const [index, tokens] of WAYS.entries()) {
    const seed = 40 + index;
    const [light, heavy] = await Promise.all([
      outcomeOf(shipped, { replay: seed }, { tokens }),
      outcomeOf(full, { byTurns: seed }, { tokens }),
    ]);
    expect(light.trace.length).toBeGreaterThan(50);
    expect(heavy.trace).toEqual(light.trace);
  }
  for (const seed of [2, 7, 18, 28]) {
    const [light, heavy] = await Promise.all([
      outcomeOf(shipped, { replay: seed }),
      outcomeOf(full, { byTurns: seed }),
    ]);
    expect(heavy.trace).toEqual(light.trace);
  }
});

test("I-single I-once I-fence I-dead I-idle I-abs I-mix I-live I-quiet hold in every schedule of a fixed set", async () => {
  const { schedules, mixes, found } = await runAll(shipped, { from: 20_001, schedules: 300, workers });
  expect(found.map(foundLine)).toEqual([]);
  expect(schedules).toBe(300);
  expect(mixes.size).toBeGreaterThan(250);
});

test.each(WAYS)(
  "I-secret I-custody and the others hold in every schedule of a fixed set with tokens: %s",
  async (tokens) => {
    const { schedules, mixes, found } = await runAll(shipped, {
      ...{ from: 30_001, schedules: 48, workers, wanted: { tokens } },
    });
    expect(found.map(foundLine)).toEqual([]);
    expect(schedules).toBe(48);
    expect(mixes.size).toBeGreaterThan(30);
  },
);

test("I-live and the others hold in every schedule of a fixed set where the session is slow to load", async () => {
  const wanted = { loading: true };
  const { schedules, found } = await runAll(shipped, { from: 40_001, schedules: 100, workers, wanted });
  expect(found.map(foundLine)).toEqual([]);
  expect(schedules).toBe(100);
});

/** Seeds that have found something, in their time. */
const FOUND = [
  21750, 25912, 26041, 103320, 111196, 115416, 129792, 131666, 133892, 137027, 139099, 139668, 142623, 148263,
  148368, 202264, 307485, 318712, 333345, 337247, 404816, 417722, 443269, 444807, 5003357, 5032137, 20004630,
  20010838, 20019810, 20102148, 20312175, 20340582, 20341697, 32017435, 61000397, 87631030, 87721515,
];

/** The same where the session is slow to load. */
const FOUND_LOADING = [2190, 69613, 213675, 402624];

/** The same where every schedule has tokens. */
const FOUND_WITH: Partial<Record<(typeof WAYS)[number], readonly number[]>> = {
  memory: [3003900],
  sealed: [3006017, 3011297, 6003010, 6005782, 6006416],
  "shared-worker": [31054907, 44089185, 44090138],
};

/** What seeds find that are run one by one. */
async function foundBy(seeds: readonly number[], wanted: Wanted = {}) {
  const worker = start(shipped, wanted);
  const found: string[] = [];
  for (const seed of seeds) {
    const answer = await worker.ask({ run: { from: seed, count: 1 } });
    found.push(...("report" in answer ? answer.report.found.map(foundLine) : [`${seed} was not run`]));
  }
  worker.stop();
  return found;
}

test("the invariants hold in the schedules that have found something before", async () => {
  expect(await foundBy(FOUND)).toEqual([]);
  expect(await foundBy(FOUND_LOADING, { loading: true })).toEqual([]);
  for (const tokens of WAYS) expect(await foundBy(FOUND_WITH[tokens] ?? [], { tokens })).toEqual([]);
});

/** How many; `FRESH_SEEDS=0`: none, where every run has to be like the one before. */
const fresh = Number(process.env.FRESH_SEEDS ?? 200);

test.runIf(fresh)("the invariants hold in schedules that nobody has seen before", async () => {
  const from = 10_000_000 + Math.floor(Date.now() / 1000);
  console.log(`fresh seeds: ${from} to ${from + fresh - 1}`);
  const { schedules, found } = await runAll(shipped, { from, schedules: fresh, workers });
  expect(found.map(foundLine)).toEqual([]);
  expect(schedules).toBe(fresh);
});

test.each(mutants)("the planted bug can be planted: $name", ({ edits }) => {
  const sources = new Map<string, string>();
  for (const edit of edits) {
    const before = sources.get(edit.file) ?? readFileSync(join(root, edit.file), "utf8");
    const after = edited(before, edit);
    expect(after).not.toBe(before);
    sources.set(edit.file, after);
  }
});

test.each([
  ["I-single", "two tabs refresh at once: no lock at all"],
  ["I-once", "tokens: a spent token is given out under the name of its successor"],
  ["I-fence", "the end does not raise the epoch"],
  ["I-idle", "a refresh counts as activity"],
  ["I-idle", "what is left of the idle limit is taken for the limit"],
  ["I-kept", "a 5xx ends the session"],
  ["I-mix", "another subject is not noticed"],
  ["I-live", "storage that hangs is waited for"],
  ["I-live", "a start that was given up is never made up for"],
  ["I-quiet", "a timer ticks each second"],
  ["I-cool", "a failure of the server is not shared: each tab has a cool-down of its own"],
])("%s sees that %s", async (invariant, name) => {
  const mutant = mutants.find((it) => it.name === name);
  expect(mutant).toBeDefined();
  const { found } = await runAll(await bundle(mutant), {
    // All of them: which violation two workers find first is a matter of luck.
    ...{ from: 20_001, schedules: 200, workers, wanted: mutant?.in ?? {} },
  });
  expect(found.map((it) => it.invariant)).toContain(invariant);
});

test("I-secret I-custody planted leaks are caught", async () => {
  for (const [name, tokens, invariant] of [
    ["tokens: a token in a hand-over, in the clear", "memory", "I-secret"],
    ["sealed: the ciphertext is kept after the end", "sealed", "I-custody"],
    ["worker: the token is told to the page", "shared-worker", "I-secret"],
    ["worker: it fetches for an origin that is not on its list", "dedicated-worker", "I-secret"],
  ] as const) {
    const mutant = mutants.find((it) => it.name === name);
    expect(mutant, name).toBeDefined();
    const file = await bundle(mutant);
    const { found } = await runAll(file, {
      ...{ from: 30_001, schedules: 60, workers, wanted: { tokens }, untilFound: true },
    });
    expect(
      found.map((it) => it.invariant),
      name,
    ).toContain(invariant);
  }
});

test("planted bugs are caught, and told as the shortest story that was found", async () => {
  for (const [name, invariant] of [
    ["the end is not told to the tabs", "I-dead"],
    ["a refresh moves the absolute limit", "I-abs"],
  ] as const) {
    const mutant = mutants.find((it) => it.name === name);
    expect(mutant).toBeDefined();
    const file = await bundle(mutant);
    const { found } = await runAll(file, { from: 20_001, schedules: 400, workers, untilFound: true });
    const first = found.find((it) => it.invariant === invariant);
    expect(first, name).toBeDefined();
    if (!first) continue;
    const worker = start(file);
    const answer = await worker.ask({ shrink: first.seed });
    worker.stop();
    if (!("shrunk" in answer)) throw new Error("Not shrunk.");
    const { shrunk } = answer;
    expect(shrunk.outcome.violation?.invariant).toBe(invariant);
    expect(shrunk.actions.length).toBeLessThan(shrunk.before.actions);
    expect(story(first.seed, shrunk)).toContain("tab 1 opens");
  }
});
