import { deadlineOf } from "./core/idle.js";
import type { Policy } from "./core/policy.js";
import { type EndReason, isLive, type Limit, type Origin, type State } from "./core/state.js";

/**
 * What `getState()` shows: immutable, and the same object as long as its meaning is the same.
 *
 * - `unknown`: not started, or not known yet. Show neither the application nor the sign-in.
 * - `signed-out`: nobody is signed in.
 * - `active`: somebody is.
 * - `warning`: somebody is, and a limit is near. `timeLeft()` counts down to it.
 * - `ended`: the session is over, with the reason and who ended it.
 */
export type SessionState<User = unknown> = {
  /** `"retrying"`: the server could not answer, and is asked again. The session goes on. */
  readonly connection: "ok" | "retrying";
} & (
  | { readonly status: "unknown" | "signed-out" }
  | {
      readonly status: "active";
      /** The user, as the server told it; `undefined` until it did. */
      readonly user: User | undefined;
    }
  | {
      readonly status: "warning";
      readonly user: User | undefined;
      /** The limit that is near. */
      readonly limit: Limit;
      /** When it is reached, in ms since the epoch as this session counts them. Count down with `timeLeft()`. */
      readonly deadlineAt: number;
      /** Whether `extend()` can help: nothing moves an absolute limit. */
      readonly extendable: boolean;
    }
  | { readonly status: "ended"; readonly reason: EndReason; readonly origin: Origin }
);

export const UNKNOWN: SessionState<never> = Object.freeze({ status: "unknown", connection: "ok" });

const same = <T extends object>(a: T, b: T) =>
  (Object.keys({ ...a, ...b }) as (keyof T)[]).every((key) => a[key] === b[key]);

/** The next snapshot: `last` itself while nothing that it says has changed. */
export function snapshot<User>(
  last: SessionState<User>,
  state: State,
  policy: Policy,
  user: User | undefined,
  asking: boolean,
): SessionState<User> {
  const { limit, reason, origin, record, announced } = state;
  const live = isLive(state);
  // Live for all that the record says, but past a limit: the last look at it is still to come.
  const status = live && !announced ? "unknown" : state.status;
  const connection = asking || record?.failures ? "retrying" : "ok";
  const next = {
    status,
    connection,
    ...(live && announced && { user }),
    ...(status === "warning" && {
      limit,
      deadlineAt: deadlineOf(state, policy, limit).at,
      extendable: limit === "idle",
    }),
    ...(status === "ended" && { reason, origin }),
  } as SessionState<User>;
  return same(last, next) ? last : Object.freeze(next);
}
