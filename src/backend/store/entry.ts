import type { Decision } from "./store.js";

/** A value as the databases keep it. */
export interface Entry {
  readonly value: unknown;
  readonly until?: number;
}

/** What is still to be seen of it. */
export function visible<T>(entry: Entry | undefined, now: number): T | undefined {
  return entry && !isOver(entry, now) ? (entry.value as T) : undefined;
}

export function isOver({ until }: Entry, now: number): boolean {
  return until !== undefined && until <= now;
}

/** What is to be kept from now on; `undefined` where nothing changes, `null` where nothing stays. */
export function entryAfter({ put, until, remove }: Decision<unknown, unknown>): Entry | null | undefined {
  if (remove) return null;
  if (put === undefined) return undefined;
  // In JSON an instant that never comes would be one that was always there.
  return { value: put, ...(until !== undefined && Number.isFinite(until) && { until }) };
}
