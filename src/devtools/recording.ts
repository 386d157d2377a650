import type { Effect } from "../core/effect.js";
import type { Input } from "../core/input.js";
import type { Policy } from "../core/policy.js";
import { initialState, type State } from "../core/state.js";
import { transition } from "../core/transition.js";
import type { Session } from "../session.js";
import { type Source, whenTapped } from "../shell/tap.js";

/** One decision: what happened, what the core asked for, and what is known since. */
export interface Decision {
  /** Counts from 1, also those that are not kept any more. */
  readonly number: number;
  readonly input: Input;
  readonly effects: readonly Effect[];
  readonly before: State;
  readonly state: State;
}

/**
 * A session is watched by its inputs alone. States and effects are decided here a second time: the same state, input
 * and policy always decide the same. So watching costs the session one call, and any moment of the past can be shown.
 */
export interface Recording {
  /** `undefined` before the session is started. */
  readonly policy: Policy | undefined;
  /** The oldest first. */
  readonly decisions: readonly Decision[];
  /** What is known now. */
  readonly state: State;
  /** Calls `changed` after each decision, when it is carried out. Returns the function that ends it. */
  subscribe(changed: () => void): () => void;
  /** Forgets all decisions so far. */
  clear(): void;
  stop(): void;
}

export function record(session: Pick<Session, "reportActivity">, keep: number): Recording {
  let source: Source | undefined;
  let decisions: readonly Decision[] = [];
  let state = initialState;
  let number = 0;
  let told = true;
  let unwatch = () => {};
  const listeners = new Set<() => void>();

  /** Later and once for all: the session is in the middle of a decision. */
  function tell() {
    if (told)
      queueMicrotask(() => {
        told = true;
        for (const listener of [...listeners]) listener();
      });
    told = false;
  }

  const callOff = whenTapped(session.reportActivity, (found) => {
    source = found;
    state = found.state();
    unwatch = found.watch((input) => {
      const before = state;
      const [next, effects] = transition(before, input, found.policy);
      state = next;
      number++;
      decisions = [...decisions.slice(-keep + 1), { number, input, effects, before, state }];
      tell();
    });
    tell();
  });

  return {
    get policy() {
      return source?.policy;
    },
    get decisions() {
      return decisions;
    },
    get state() {
      return state;
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    clear() {
      decisions = [];
      tell();
    },
    stop() {
      callOff();
      unwatch();
    },
  };
}
