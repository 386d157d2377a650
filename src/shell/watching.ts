import type { ActivityWatch } from "../platform/platform.js";

/** Where activity is watched for: in this page, and in frames, which may be named before the session has started. */
export interface Watching {
  start(): void;
  /** Returns the function that ends it. */
  watch(target: EventTarget): () => void;
  stop(): void;
}

export function createWatching(begin: () => ActivityWatch): Watching {
  let activity: ActivityWatch | undefined;
  const waiting = new Set<(activity: ActivityWatch) => void>();
  return {
    start() {
      activity = begin();
      for (const attach of waiting) attach(activity);
      waiting.clear();
    },
    watch(target) {
      let detach = () => {};
      const attach = (to: ActivityWatch) => {
        detach = to.attach(target);
      };
      if (activity) attach(activity);
      else waiting.add(attach);
      return () => {
        waiting.delete(attach);
        detach();
      };
    },
    stop() {
      activity?.stop();
    },
  };
}
