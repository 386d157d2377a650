import type { ActivityPort } from "./platform.js";

/** What counts as activity unless `idle.events` says otherwise. */
export const ACTIVITY_EVENTS = [
  "pointerdown",
  "pointermove",
  "mousedown",
  "mousemove",
  "keydown",
  "wheel",
  "touchstart",
  "touchmove",
  "scroll",
] as const;

/** How long a page scrolls on after it was let go, in ms. */
const MOMENTUM = 2000;

/** What comes so soon after an event that counted says nothing new, in ms. To read the clock costs more than all else here. */
const SOON = 50;

/**
 * Capture phase on the window, so that a page's `stopPropagation()` hides nothing; passive, so that nothing waits
 * for it. Events a script made up do not count.
 */
export const activity: ActivityPort = (events, active) => {
  let x = Number.NaN;
  let y = Number.NaN;
  let handsOn = Number.NEGATIVE_INFINITY;
  let counted = Number.NEGATIVE_INFINITY;
  const handler = (name: string) => {
    const isMove = /^(pointer|mouse)move$/.test(name);
    const isScroll = name === "scroll";
    return (event: Event) => {
      if (!event.isTrusted) return;
      const { timeStamp } = event;
      if (isMove) {
        const { screenX, screenY } = event as MouseEvent;
        // Pointer events have fractions where mouse events have none.
        const [left, top] = [Math.floor(screenX), Math.floor(screenY)];
        // Browsers send moves when the page moves under a resting pointer: https://crbug.com/241476
        if (left === x && top === y) return;
        x = left;
        y = top;
      }
      // A page also scrolls by itself, to the end of a log, say: it is the user only if there were hands on it.
      if (!isScroll) handsOn = timeStamp;
      else if (timeStamp - handsOn > MOMENTUM) return;
      // A frame's events are on a clock of its own, which may be behind.
      if (Math.abs(timeStamp - counted) < SOON) return;
      counted = timeStamp;
      active();
    };
  };
  const handlers = events.map((name) => [name, handler(name)] as const);
  const options = { capture: true, passive: true };
  const attached = new Set<() => void>();
  const attach = (target: EventTarget) => {
    const all = (method: "addEventListener" | "removeEventListener") => {
      try {
        for (const [name, handle] of handlers) target[method](name, handle, options);
      } catch (error) {
        // A frame that shows another origin by now is out of reach.
        if ((error as Error).name !== "SecurityError") throw error;
      }
    };
    all("addEventListener");
    const detach = () => {
      attached.delete(detach);
      all("removeEventListener");
    };
    attached.add(detach);
    return detach;
  };
  attach(window);
  return {
    attach,
    stop: () => {
      for (const detach of attached) detach();
    },
  };
};
