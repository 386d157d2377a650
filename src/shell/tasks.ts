import type { Task } from "../core/state.js";
import type { Kernel } from "./kernel.js";

/** What the core has asked for, until it is done. */
export interface Tasks {
  run(task: Task): void;
  readonly underWay: ReadonlyMap<Task, Promise<void>>;
}

/** `procedures` resolve with `true` where the page's suspension cut them short. */
export function createTasks(kernel: Kernel, procedures: Record<Task, () => Promise<unknown>>): Tasks {
  const underWay = new Map<Task, Promise<void>>();
  return {
    underWay,
    run(task) {
      // Later, not here: the decision that asked for it is not finished.
      const done = Promise.resolve()
        .then(procedures[task])
        .catch(() => {})
        .then((cut) => {
          underWay.delete(task);
          // What was cut short decides nothing.
          if (cut !== true) kernel.dispatch({ type: "settled", task });
        });
      underWay.set(task, done);
    },
  };
}
