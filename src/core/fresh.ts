import type { SharedRecord } from "./record.js";
import { type Moment, NEVER } from "./time.js";

/** What is asked of the user's last authentication (RFC 9470). */
export interface Demand {
  /** How long ago it may be, in ms. `Infinity`: it does not matter. */
  readonly maxAge: number;
  /** The classes that will do. None named: any. */
  readonly acr: readonly string[];
  /** The stamp of the authentication that a server has just refused, `0` where there was none: another one is asked for. */
  readonly refused?: number | undefined;
}

/** The user's last authentication, as one tab sees it. */
export interface Authentication {
  /** Its stamp in the record; `0` where nobody has told of one. */
  readonly stamp: number;
  /** Where this tab's own clock places it: no clock that is set later makes it younger. */
  readonly at: number;
}

export const NONE: Authentication = { stamp: 0, at: -NEVER };

export const stampOf = (record: Pick<SharedRecord, "authAt"> | undefined): number => record?.authAt ?? 0;

/** The authentication that a record tells of. It gets its place when it is first seen, and keeps it. */
export function placed(
  known: Authentication,
  record: SharedRecord | undefined,
  { now, wall }: Moment,
): Authentication {
  const stamp = stampOf(record);
  if (stamp === known.stamp) return known;
  return stamp ? { stamp, at: now - Math.max(0, wall - stamp) } : NONE;
}

/**
 * Whether the user has authenticated as asked. A server that has refused judges the age of the next authentication itself,
 * and its class where nobody has named that: the clocks here prove nothing to it.
 */
export function meets(
  { stamp, at }: Authentication,
  acr: string | undefined,
  demand: Demand,
  now: number,
): boolean {
  const known = !demand.acr.length || demand.acr.includes(acr ?? "");
  return demand.refused === undefined
    ? known && now - at <= demand.maxAge
    : stamp !== demand.refused && (known || !acr);
}
