import { DEFAULT_IDLE, type Policy, USUAL_ABSOLUTE_WARNING, USUAL_IDLE_WARNING } from "./policy.js";
import { isLive, type Limit, type State } from "./state.js";
import { NEVER } from "./time.js";

/** The idle limit in force: the application's, the server's, or the nearer of the two. */
export function idleTimeout({ record }: State, policy: Policy): number {
  const told = record?.idleTimeout ?? NEVER;
  if (policy.idleTimeout === undefined) return told < NEVER ? told : DEFAULT_IDLE;
  return policy.idleTimeout === NEVER ? NEVER : Math.min(policy.idleTimeout, told);
}

export interface Deadline {
  readonly limit: Limit;
  readonly at: number;
  /** The time left never exceeds this. */
  readonly most: number;
  /** How long before it the warning opens. */
  readonly warning: number;
}

export function deadlines(state: State, policy: Policy): readonly [idle: Deadline, absolute: Deadline] {
  const idle = idleTimeout(state, policy);
  const overall = state.record?.absoluteTimeout ?? NEVER;
  // A server's limit may leave no room for the warning that was configured.
  const warning = (wanted: number | undefined, usual: number, timeout: number) =>
    wanted !== undefined && wanted < timeout ? wanted : Math.min(usual, timeout / 2);
  return [
    {
      limit: "idle",
      at: state.activityAt + idle,
      most: idle,
      warning: warning(policy.idleWarning, USUAL_IDLE_WARNING, idle),
    },
    {
      limit: "absolute",
      at: state.absoluteAt,
      most: overall,
      warning: warning(policy.absoluteWarning, USUAL_ABSOLUTE_WARNING, overall),
    },
  ];
}

export function deadlineOf(state: State, policy: Policy, limit: Limit): Deadline {
  return deadlines(state, policy)[limit === "idle" ? 0 : 1];
}

/** The limit that comes first. */
export function nearest(state: State, policy: Policy): Deadline {
  const [idle, absolute] = deadlines(state, policy);
  return absolute.at <= idle.at ? absolute : idle;
}

/** The limit that must be warned of now: of those whose warning time has begun, the one that comes first. */
export function warned(state: State, policy: Policy, now: number): Deadline | undefined {
  const near = deadlines(state, policy).filter((d) => now >= d.at - d.warning);
  return near.sort((a, b) => a.at - b.at)[0];
}

/**
 * How often activity is written and the server is told, at most: often enough that the server's idle clock,
 * which starts at the touch, never ends before the one here, which starts at the activity.
 */
export function writeEvery(state: State, policy: Policy): number {
  return Math.min(60_000, idleTimeout(state, policy) / 10);
}

/** When this tab must tell the server of activity. Other tabs than the active one wait longer: it may be gone. */
export function touchDueAt(state: State, policy: Policy): number {
  // Less than a stamp's rounding apart is not newer.
  if (!policy.canTouch || state.activityAt - state.touchedAt < 1) return NEVER;
  return Math.max(state.retryAt, state.touchedAt + writeEvery(state, policy) * (state.mine ? 1 : 2));
}

/** When this tab writes: never more often than that, whatever came of the last time. */
export function writeDueAt(state: State, policy: Policy): number {
  if (!isLive(state) || state.busy.write) return NEVER;
  const wanted = state.unwritten ? 0 : touchDueAt(state, policy);
  return Math.max(wanted, state.writtenAt + writeEvery(state, policy));
}
