import { SITUATIONS, STATES } from "./coverage.js";
import { FAULT_KINDS } from "./faults.js";
import { TROUBLE_ACTIONS } from "./schedule.js";
import type { Shrunk } from "./shrink.js";
import type { Found, Report } from "./worker.js";

// What a run says, as text.

export function coverageTable(rows: Report["coverage"]): string {
  const names = [...FAULT_KINDS, ...TROUBLE_ACTIONS, ...SITUATIONS].filter((name) => rows[name]);
  const head = ["fault \\ tab", ...STATES];
  const body = names.map((name) => [name, ...STATES.map((state) => String(rows[name]?.[state] ?? 0))]);
  return [head, ...body]
    .map((cells) => cells.map((cell, i) => (i ? cell.padStart(11) : cell.padEnd(16))).join(""))
    .join("\n");
}

export function foundLine({ seed, invariant, at, text }: Found): string {
  return `${invariant}  seed ${seed}, after ${Math.round(at)} ms: ${text}`;
}

/** The shortest course that was found, as a story. */
export function story(seed: number, { outcome, actions, faults, tries, before }: Shrunk): string {
  const { violation, trace } = outcome;
  const wait = ({ wait, events }: (typeof actions)[number]) =>
    events ? `after ${events} events` : `after ${wait} ms`;
  return [
    `seed ${seed}: ${violation?.invariant}: ${violation?.text}`,
    `${before.actions} actions and ${before.faults} faults came down to ${actions.length} and ${faults.length} (${tries} tries)`,
    "",
    ...actions.map((it) => `  ${wait(it)}: ${it.what}${it.tab ? ` tab ${it.tab}` : ""} ${it.with ?? ""}`),
    ...faults.map((it) => `  ${it}`),
    "",
    ...trace,
    "",
    `${violation?.invariant}: ${violation?.text}`,
  ].join("\n");
}
