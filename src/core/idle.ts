import { DEFAULT_IDLE, type Policy } from "./policy.js";
import { isLive, type Limit, type State } from "./state.js";
import { NEVER } from "./time.js";

/** The idle limit in force: the application's, the server's, or the nearer of the two. */
export function idleTimeout({ record }: State, policy: Policy): number {
  const told = record?.idleTimeout ?? NEVER;
  if (policy.idleTimeout === undefined) return told < NEVER ? told : DEFAULT_IDLE;
  return policy.idleTimeout === NEVER ? policy.idleTimeout : Math.min(policy.idleTimeout, told);
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
  const { record } = state;
  const overall = record ? record.absoluteAt - record.startedAt : NEVER;
  return [
    {
      limit: "idle",
      at: state.activityAt + idle,
      most: idle,
      warning: Math.min(policy.idleWarning, idle / 2),
    },
    {
      limit: "absolute",
      at: state.absoluteAt,
      most: overall,
      warning: Math.min(policy.absoluteWarning, overall / 2),
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
  const [first, second] = deadlines(state, policy)
    .filter((d) => now >= d.at - d.warning)
    .sort((a, b) => a.at - b.at);
  return first ?? second;
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
  if (!policy.canTouch || state.activityAt <= state.touchedAt) return NEVER;
  return Math.max(state.retryAt, state.touchedAt + writeEvery(state, policy) * (state.mine ? 1 : 2));
}

export function writeDueAt(state: State, policy: Policy): number {
  if (!isLive(state) || state.busy.write) return NEVER;
  const own = state.unwritten ? state.writtenAt + writeEvery(state, policy) : NEVER;
  return Math.min(own, touchDueAt(state, policy));
}
