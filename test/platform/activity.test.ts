import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ACTIVITY_EVENTS, activity } from "../../src/platform/activity.js";
import type { ActivityWatch } from "../../src/platform/platform.js";
import { byUser, countListeners } from "./support.js";

const active = vi.fn();
let watch: ActivityWatch | undefined;
const start = (events: readonly string[] = ACTIVITY_EVENTS): ActivityWatch => {
  watch = activity(events, active);
  return watch;
};

beforeEach(() => {
  active.mockClear();
  document.body.innerHTML = "<main><button>Save</button></main>";
});
afterEach(() => {
  watch?.stop();
  watch = undefined;
});

const button = () => document.querySelector("button") as HTMLButtonElement;
const move = (type: string, screenX: number, screenY: number, target: Element = button()) => {
  const Kind = type.startsWith("pointer") ? PointerEvent : MouseEvent;
  byUser(target, new Kind(type, { bubbles: true, screenX, screenY }));
};

test("what counts as activity is pointing, clicking, typing, turning, touching and scrolling", () => {
  expect(ACTIVITY_EVENTS).toEqual([
    "pointerdown",
    "pointermove",
    "mousedown",
    "mousemove",
    "keydown",
    "wheel",
    "touchstart",
    "touchmove",
    "scroll",
  ]);
});

test.each(ACTIVITY_EVENTS.filter((name) => name !== "scroll"))("%s is activity", (name) => {
  start();
  byUser(button(), new Event(name));
  expect(active).toHaveBeenCalledTimes(1);
});

describe("S3 scrolling", () => {
  const scroll = (timeStamp: number) =>
    byUser(button(), Object.defineProperty(new Event("scroll"), "timeStamp", { value: timeStamp }));
  const wheel = (timeStamp: number) =>
    byUser(button(), Object.defineProperty(new Event("wheel"), "timeStamp", { value: timeStamp }));

  test("is activity while hands are on it, and as long as it runs on", () => {
    start();
    wheel(1000);
    scroll(1066);
    scroll(3000);
    expect(active).toHaveBeenCalledTimes(3);
  });

  test("is none when the page scrolls by itself, however long", () => {
    start();
    scroll(500);
    expect(active).not.toHaveBeenCalled();
    wheel(1000);
    for (let at = 3001; at < 60_000; at += 500) scroll(at);
    expect(active).toHaveBeenCalledTimes(1);
  });
});

test("what comes within a twentieth of a second of an event that counted says nothing new", () => {
  start();
  const key = (timeStamp: number) =>
    byUser(button(), Object.defineProperty(new Event("keydown"), "timeStamp", { value: timeStamp }));
  for (const at of [1000, 1016, 1049]) key(at);
  expect(active).toHaveBeenCalledTimes(1);
  key(1050);
  expect(active).toHaveBeenCalledTimes(2);
  // In a frame that was loaded later.
  key(30);
  expect(active).toHaveBeenCalledTimes(3);
});

test("anything else is not: seeing a page is not using it (I13)", () => {
  start();
  for (const name of ["focus", "mouseenter", "visibilitychange", "animationend", "click"])
    byUser(button(), new Event(name, { bubbles: true }));
  expect(active).not.toHaveBeenCalled();
});

test("the application may say what counts", () => {
  start(["play"]);
  byUser(button(), new Event("keydown"));
  expect(active).not.toHaveBeenCalled();
  byUser(button(), new Event("play"));
  expect(active).toHaveBeenCalledTimes(1);
});

test("events that a script made up do not count", () => {
  start();
  for (const name of ACTIVITY_EVENTS) button().dispatchEvent(new Event(name, { bubbles: true }));
  expect(active).not.toHaveBeenCalled();
});

describe("I15 nothing in the page hides activity", () => {
  test.each(["stopPropagation", "stopImmediatePropagation", "preventDefault"] as const)(
    "not %s",
    (method) => {
      start();
      for (const target of [document, document.body, button()])
        target.addEventListener("keydown", (event) => event[method](), { capture: true, once: true });
      byUser(button(), new KeyboardEvent("keydown", { bubbles: true, cancelable: true }));
      expect(active).toHaveBeenCalledTimes(1);
    },
  );

  test("not that an event does not bubble, such as one that is made not to", () => {
    start();
    byUser(document.querySelector("main") as Element, new Event("touchmove"));
    expect(active).toHaveBeenCalledTimes(1);
  });
});

test("nothing waits for the listeners: they are passive, and in the capture phase", () => {
  const listeners = countListeners(window);
  const { stop } = start();
  expect(listeners.open()).toEqual(ACTIVITY_EVENTS.map(() => ({ capture: true, passive: true })));
  stop();
  expect(listeners.open()).toEqual([]);
  listeners.stop();
});

describe("I14 a move of a pointer that rests", () => {
  test("is the page moving under it: it counts once", () => {
    start();
    for (let i = 0; i < 5; i++) move("mousemove", 100, 200);
    expect(active).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["to the right", 101, 200],
    ["to the left", 99, 200],
    ["down", 100, 201],
    ["up", 100, 199],
  ])("%s is none: any axis counts", (_, x, y) => {
    start();
    move("mousemove", 100, 200);
    move("mousemove", x, y);
    move("mousemove", x, y);
    expect(active).toHaveBeenCalledTimes(2);
  });

  test("is one move, whether as a pointer's or as a mouse's", () => {
    start();
    move("pointermove", 100, 200);
    move("mousemove", 100, 200);
    expect(active).toHaveBeenCalledTimes(1);
  });

  test("is one where positions are fractional: a mouse has whole ones, a pointer not", () => {
    start();
    for (let i = 0; i < 3; i++) {
      move("pointermove", 100.75, 200.25);
      move("mousemove", 100, 200);
    }
    expect(active).toHaveBeenCalledTimes(1);
    move("pointermove", 101.75, 200.25);
    expect(active).toHaveBeenCalledTimes(2);
  });

  test("at the corner of the screen is a move when it comes first", () => {
    start();
    move("mousemove", 0, 0);
    expect(active).toHaveBeenCalledTimes(1);
  });

  test("hides no press at the same place", () => {
    start();
    move("mousemove", 100, 200);
    move("mousedown", 100, 200);
    move("mousedown", 100, 200);
    expect(active).toHaveBeenCalledTimes(3);
  });

  test("is not meant for fingers: their moves have no position of their own", () => {
    start();
    byUser(button(), new Event("touchmove"));
    byUser(button(), new Event("touchmove"));
    expect(active).toHaveBeenCalledTimes(2);
  });
});

describe("I16 a same-origin frame", () => {
  const frame = () => {
    const element = document.body.appendChild(document.createElement("iframe"));
    return element.contentWindow as Window;
  };
  const type = (view: Window) => byUser(view.document.body, new Event("keydown"));

  test("is invisible until it is attached, and then not until it is let go", () => {
    const { attach } = start();
    const view = frame();
    type(view);
    expect(active).not.toHaveBeenCalled();
    const detach = attach(view);
    type(view);
    expect(active).toHaveBeenCalledTimes(1);
    detach();
    type(view);
    expect(active).toHaveBeenCalledTimes(1);
    byUser(button(), new Event("keydown"));
    expect(active).toHaveBeenCalledTimes(2);
  });

  test("shares the pointer with the page: it does not move by entering the frame", () => {
    const { attach } = start();
    const view = frame();
    attach(view);
    move("mousemove", 100, 200);
    move("mousemove", 100, 200, view.document.body);
    expect(active).toHaveBeenCalledTimes(1);
  });

  test("F9 that shows another origin by now is out of reach, and in nobody's way", () => {
    const { attach, stop } = start();
    const denied = () => {
      throw new DOMException("Blocked a frame from accessing a cross-origin frame.", "SecurityError");
    };
    const view = frame();
    const detach = attach(view);
    for (const method of ["addEventListener", "removeEventListener"] as const)
      Object.defineProperty(view, method, { get: denied });
    detach();
    attach(view)();
    attach(view);
    stop();
    byUser(button(), new Event("keydown"));
    expect(active).not.toHaveBeenCalled();
  });

  test("is let go with everything else: stopping removes all listeners", () => {
    const { attach, stop } = start();
    const views = [frame(), frame()];
    const listeners = countListeners(...views);
    for (const view of views) attach(view);
    expect(listeners.open()).toHaveLength(2 * ACTIVITY_EVENTS.length);
    stop();
    expect(listeners.open()).toEqual([]);
    for (const view of views) type(view);
    byUser(button(), new Event("keydown"));
    expect(active).not.toHaveBeenCalled();
    listeners.stop();
  });
});
