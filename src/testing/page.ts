import type { ActivityPort, LifecycleEvent, LifecyclePort } from "../platform/platform.js";
import type { Gate } from "./gate.js";

/** What a page shows and hears, and what a test does to it. */
export interface Page {
  readonly activity: ActivityPort;
  readonly lifecycle: LifecyclePort;
  visible: boolean;
  /** The page is hidden from sight until the session is known. */
  readonly curtain: boolean;
  /** How many listeners there are: for activity, and for the page's life. */
  readonly listeners: { readonly activity: number; readonly lifecycle: number };
  /** The user does something. */
  act(): void;
  tell(event: LifecycleEvent): void;
}

/** Makes the {@link Page} of a tab: the ports for activity and for the page's life, and the ends that a test holds. */
export function createPage(gate: Gate): Page {
  const acting = new Set<() => void>();
  const watching = new Set<(event: LifecycleEvent) => void>();
  let visible = true;
  let curtain = false;
  const page: Page = {
    activity(events, active) {
      const stops = new Set<() => void>();
      const handle = () => gate.enter(active);
      acting.add(handle);
      return {
        attach(target) {
          for (const name of events) target.addEventListener(name, handle);
          const stop = () => {
            for (const name of events) target.removeEventListener(name, handle);
            stops.delete(stop);
          };
          stops.add(stop);
          return stop;
        },
        stop() {
          acting.delete(handle);
          for (const stop of stops) stop();
        },
      };
    },
    lifecycle: {
      visible: () => visible,
      watch(happened) {
        watching.add(happened);
        return () => void watching.delete(happened);
      },
      curtain(closed) {
        curtain = closed;
      },
    },
    get visible() {
      return visible;
    },
    set visible(now) {
      visible = now;
    },
    get curtain() {
      return curtain;
    },
    get listeners() {
      return { activity: acting.size, lifecycle: watching.size };
    },
    act() {
      for (const handle of [...acting]) handle();
    },
    tell(event) {
      for (const happened of [...watching]) happened(event);
    },
  };
  return page;
}
