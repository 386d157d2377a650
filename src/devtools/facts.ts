import type { Input } from "../core/input.js";
import type { SharedRecord } from "../core/record.js";
import type { State } from "../core/state.js";
import { NEVER } from "../core/time.js";
import { plain } from "./redact.js";
import { clockTime, lasting, relative } from "./time.js";

/** A name and what to show for it. */
export type Fact = readonly [name: string, value: string];

const SPANS = new Set(["idleTimeout", "absoluteTimeout", "absoluteTold", "accessLifetime"]);
const INSTANT = /(At|Until)$|^called$/;

/** A value of the core's vocabulary for people. `now`: on the clock that its instants are measured on. */
function shown(name: string, value: unknown, now: number): string {
  if (value === undefined || value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return plain(value);
  if (typeof value === "number") {
    if (value === NEVER) return "never";
    if (SPANS.has(name)) return lasting(value);
    if (!INSTANT.test(name)) return String(Math.round(value * 1000) / 1000);
    return value ? `${clockTime(value)} (${relative(value, now, 1)})` : "–";
  }
  return (
    Object.entries(value)
      .filter(([, part]) => part !== false && part !== undefined)
      .map(([part, of]) => (of === true ? part : `${part}: ${shown(part, of, now)}`))
      .join(", ") || "–"
  );
}

/** The record. Its instants are stamps of the wall clock. */
export const recordFacts = (record: SharedRecord | undefined, wall: number): readonly Fact[] =>
  Object.entries(record ?? {}).map(([name, value]) => [name, shown(name, value, wall)]);

/** What came with an input, but for the record, which has a place of its own. */
export function inputFacts(input: Input): readonly Fact[] {
  const { type: _, now, wall, ...rest } = input;
  return Object.entries(rest)
    .filter(([name]) => name !== "record")
    .map(([name, value]) => [name, shown(name, value, now)]);
}

export type Change = readonly [name: string, before: string, after: string];

function compared(before: object, after: object, now: number, prefix = ""): Change[] {
  const old = before as Record<string, unknown>;
  return Object.entries(after)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]))
    .map(([name, value]) => [prefix + name, shown(name, old[name], now), shown(name, value, now)]);
}

/** What a decision changed, in the state and in the record that it knows. */
export function changes(before: State, after: State, { now, wall }: Input): readonly Change[] {
  const { record: oldRecord = {}, ...old } = before;
  const { record = {}, ...state } = after;
  return [...compared(old, state, now), ...compared(oldRecord, record, wall, "record.")];
}
