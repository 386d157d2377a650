import type { Machine } from "../../src/testing/machine.js";
import type { FaultKind } from "./faults.js";
import type { ActionName } from "./schedule.js";
import type { Seat } from "./seat.js";

/** What a tab was like when a fault came. */
export const STATES = [
  "unknown",
  "signed-out",
  "active",
  "warning",
  "ended",
  "suspended",
  "refreshing",
  "ending",
] as const;
type Column = (typeof STATES)[number];

/** What is no fault, and asks as much of a tab: another user signs in, a listener calls the session. */
export const SITUATIONS = ["another user", "listener calls"] as const;

type What = FaultKind | ActionName | (typeof SITUATIONS)[number];

/** Counts faults by the states that they fell into. */
export interface Coverage {
  count(what: What, seat: Seat | undefined, machine: Machine): void;
  /** What may be about to happen to these, as they are now: called when it has, it is counted. */
  note(what: What, seats: readonly (Seat | undefined)[], machine: Machine): () => void;
  readonly rows: Record<string, Partial<Record<Column, number>>>;
}

export function createCoverage(): Coverage {
  const rows: Coverage["rows"] = {};
  function* columns(seat: Seat | undefined, machine: Machine): Generator<Column> {
    if (!seat) return yield "unknown";
    yield seat.state.status;
    if (seat.tab.life !== "running") yield "suspended";
    for (const { tab, path } of machine.network.inFlight)
      if (tab === seat.name) {
        if (path === "/refresh" || path === "/token") yield "refreshing";
        if (path === "/logout" || path === "/revoke") yield "ending";
      }
  }
  function note(...[what, seats, machine]: Parameters<Coverage["note"]>) {
    const hit = seats.flatMap((seat) => [...columns(seat, machine)]);
    return () => {
      rows[what] ??= {};
      const row = rows[what] as Partial<Record<Column, number>>;
      for (const column of hit) row[column] = (row[column] ?? 0) + 1;
    };
  }
  return { rows, note, count: (what, seat, machine) => note(what, [seat], machine)() };
}

export function addCoverage(into: Coverage["rows"], more: Coverage["rows"]): void {
  for (const [what, row] of Object.entries(more)) {
    into[what] ??= {};
    const sum = into[what] as Partial<Record<Column, number>>;
    for (const [column, n] of Object.entries(row) as [Column, number][]) sum[column] = (sum[column] ?? 0) + n;
  }
}
