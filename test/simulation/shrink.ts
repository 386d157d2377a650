import type { FaultKind } from "./faults.js";
import type { Outcome } from "./run.js";
import type { Action, Schedule } from "./schedule.js";

/** The shortest course that was found in which the same invariant is violated. */
export interface Shrunk {
  readonly outcome: Outcome;
  readonly actions: readonly Action[];
  readonly faults: readonly string[];
  /** How many courses were tried for it. */
  readonly tries: number;
  readonly before: { readonly actions: number; readonly faults: number };
}

type Runner = (schedule: Schedule, only: ReadonlyMap<string, FaultKind> | undefined) => Outcome;
type Item = { readonly action: Action } | { readonly key: string; readonly kind: FaultKind };

/** Delta debugging, https://doi.org/10.1109/32.988498: takes away ever smaller parts, as long as it still goes wrong. */
export function shrink(schedule: Schedule, run: Runner, budget = 3000): Shrunk {
  const first = run(schedule, undefined);
  if (!first.violation)
    return {
      outcome: first,
      actions: schedule.actions,
      faults: [],
      tries: 1,
      before: { actions: schedule.actions.length, faults: first.faults.length },
    };
  const { invariant } = first.violation;
  let tries = 1;
  let best = first;

  const attempt = (items: readonly Item[]): Outcome | undefined => {
    if (tries >= budget) return undefined;
    tries++;
    const actions = items.flatMap((item) => ("action" in item ? [item.action] : []));
    const only = new Map(items.flatMap((item) => ("key" in item ? [[item.key, item.kind] as const] : [])));
    const outcome = run({ ...schedule, actions }, only);
    return outcome.violation?.invariant === invariant ? outcome : undefined;
  };

  let items: Item[] = [
    ...schedule.actions.map((action) => ({ action })),
    ...first.faults.map(({ key, kind }) => ({ key, kind })),
  ];
  for (let size = Math.ceil(items.length / 2); size >= 1 && tries < budget; ) {
    let less = false;
    for (let at = 0; at < items.length; ) {
      const rest = [...items.slice(0, at), ...items.slice(at + size)];
      const outcome = attempt(rest);
      if (outcome) {
        items = rest;
        best = outcome;
        less = true;
      } else at += size;
    }
    if (!less || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  // Then less waiting, in round numbers.
  items.forEach((item, index) => {
    if (!("action" in item)) return;
    for (const wait of [0, 10, 100, 1000, 10_000]) {
      if (wait >= item.action.wait || item.action.events) continue;
      const shorter = [...items];
      shorter[index] = { action: { ...item.action, wait } };
      const outcome = attempt(shorter);
      if (!outcome) continue;
      items = shorter;
      best = outcome;
      return;
    }
  });
  return {
    outcome: best,
    actions: items.flatMap((item) => ("action" in item ? [item.action] : [])),
    faults: items.flatMap((item) => ("key" in item ? [`${item.kind}: ${item.key}`] : [])),
    tries,
    before: { actions: schedule.actions.length, faults: first.faults.length },
  };
}
