import type { Input } from "../core/input.js";
import type { Policy } from "../core/policy.js";
import type { State } from "../core/state.js";
import { report } from "./events.js";
import type { Kernel } from "./kernel.js";

/** What it takes to decide everything again that a session decides: the state, the policy, and every input from now on. */
export interface Source {
  readonly policy: Policy;
  state(): State;
  /** `hear` must not touch the session: the decision is not carried out yet. Returns the function that ends it. */
  watch(hear: (input: Input) => void): () => void;
}

/** All that a session and its kernel have in common. By it a session is found again, and never kept alive. */
type Key = Kernel["active"];

const sources = new WeakMap<Key, Source>();
const awaited = new WeakMap<Key, Set<(source: Source) => void>>();

/** Calls `found` with the source of a session, now or when it has an engine. Returns the function that calls it off. */
export function whenTapped(key: Key, found: (source: Source) => void): () => void {
  const source = sources.get(key);
  if (source) found(source);
  const waiting = awaited.get(key) ?? new Set();
  awaited.set(key, waiting);
  if (!source) waiting.add(found);
  return () => waiting.delete(found);
}

/** Makes a session watchable. Nothing is heard, and nothing costs anything, before somebody watches. */
export function offerTap(kernel: Kernel, policy: Policy): void {
  const hearers = new Set<(input: Input) => void>();
  function tap(input: Input) {
    for (const hear of hearers)
      try {
        hear(input);
      } catch (error) {
        report(error);
      }
  }
  const source: Source = {
    policy,
    state: kernel.state,
    watch(hear) {
      hearers.add(hear);
      kernel.tap = tap;
      return () => {
        hearers.delete(hear);
        if (!hearers.size) kernel.tap = undefined;
      };
    },
  };
  sources.set(kernel.active, source);
  for (const found of awaited.get(kernel.active) ?? []) found(source);
  awaited.delete(kernel.active);
}
