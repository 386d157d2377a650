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

/** Counts faults by the states that they fell into. */
export interface Coverage {
  count(
    what: FaultKind | ActionName | (typeof SITUATIONS)[number],
    seat: Seat | undefined,
    machine: Machine,
  ): void;
  readonly rows: Record<string, Partial<Record<Column, number>>>;
}

export function createCoverage(): Coverage {
  const rows: Coverage["rows"] = {};
  return {
    rows,
    count(what, seat, machine) {
      rows[what] ??= {};
      const row = rows[what] as Partial<Record<Column, number>>;
      const add = (column: Column) => {
        row[column] = (row[column] ?? 0) + 1;
      };
      if (!seat) return add("unknown");
      add(seat.state.status);
      if (seat.tab.life !== "running") add("suspended");
      for (const { tab, path } of machine.network.inFlight)
        if (tab === seat.name) {
          if (path === "/refresh" || path === "/token") add("refreshing");
          if (path === "/logout" || path === "/revoke") add("ending");
        }
    },
  };
}

export function addCoverage(into: Coverage["rows"], more: Coverage["rows"]): void {
  for (const [what, row] of Object.entries(more)) {
    into[what] ??= {};
    const sum = into[what] as Partial<Record<Column, number>>;
    for (const [column, n] of Object.entries(row) as [Column, number][]) sum[column] = (sum[column] ?? 0) + n;
  }
}
