import type { Clock } from "../platform/platform.js";

/** Reasons for the idle limit to wait, each until it is released or its time is up. */
export interface Holds {
  /** Begins one that lasts until `end`. Returns the function that releases it. */
  add(end: number, reason: string | undefined): () => void;
  clear(): void;
}

export function createHolds(
  clock: Clock,
  now: () => number,
  changed: (until: number, hold: { active: boolean; reason: string | undefined; until: number }) => void,
): Holds {
  const releases = new Map<() => void, number>();
  const until = () => Math.max(0, ...releases.values());
  return {
    add(end, reason) {
      const release = () => {
        cancel();
        if (releases.delete(release)) changed(until(), { active: false, reason, until: now() });
      };
      const cancel = clock.timer(end - now(), release);
      releases.set(release, end);
      changed(until(), { active: true, reason, until: end });
      return release;
    },
    clear() {
      for (const release of [...releases.keys()]) release();
    },
  };
}
