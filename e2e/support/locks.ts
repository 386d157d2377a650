import type { Tab } from "./tab.js";

/** Who has the locks of this origin, and how many wait for them, as any of its tabs can see. */
export function locks({ page }: Tab): Promise<{ held: number; pending: number }> {
  return page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return { held: held.length, pending: pending.length };
  });
}
