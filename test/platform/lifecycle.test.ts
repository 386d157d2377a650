import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lifecycle } from "../../src/platform/lifecycle.js";
import { countListeners } from "./support.js";

const happened = vi.fn();
let stop = () => {};
let visibility: DocumentVisibilityState = "visible";

beforeEach(() => {
  visibility = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  happened.mockClear();
  stop = lifecycle.watch(happened);
});
afterEach(() => {
  stop();
  vi.restoreAllMocks();
});

const pageshow = (persisted: boolean) => Object.assign(new Event("pageshow"), { persisted });
const fire = (target: EventTarget, event: string | Event) =>
  target.dispatchEvent(typeof event === "string" ? new Event(event) : event);

test.each<[event: string | Event, on: "window" | "document", meaning: string]>([
  ["focus", "window", "wake"],
  ["online", "window", "online"],
  ["pagehide", "window", "suspend"],
  [pageshow(true), "window", "restore"],
  ["freeze", "document", "suspend"],
  ["resume", "document", "restore"],
  ["visibilitychange", "document", "visible"],
])("F21 %s on the %s means: %s", (event, on, meaning) => {
  fire(on === "window" ? window : document, event);
  expect(happened.mock.calls).toEqual([[meaning]]);
});

test("a page that is hidden is hidden", () => {
  expect(lifecycle.visible()).toBe(true);
  visibility = "hidden";
  expect(lifecycle.visible()).toBe(false);
  fire(document, "visibilitychange");
  expect(happened.mock.calls).toEqual([["hidden"]]);
});

test("the first pageshow of a page is not a return from anywhere", () => {
  fire(window, pageshow(false));
  expect(happened).not.toHaveBeenCalled();
});

test("I23 a page that is asked whether it may go, and stays, was never suspended", () => {
  fire(window, new Event("beforeunload", { cancelable: true }));
  fire(window, "blur");
  fire(window, "offline");
  expect(happened).not.toHaveBeenCalled();
});

test("I24 F35 nobody listens to unload or beforeunload: that would cost the page its bfcache", () => {
  stop();
  const listeners = countListeners(window, document);
  stop = lifecycle.watch(happened);
  expect(listeners.added.sort()).toEqual([
    "focus",
    "freeze",
    "online",
    "pagehide",
    "pageshow",
    "resume",
    "visibilitychange",
  ]);
  listeners.stop();
});

test("stopping removes every listener", () => {
  stop();
  const listeners = countListeners(window, document);
  lifecycle.watch(happened)();
  expect(listeners.open()).toEqual([]);
  listeners.stop();
  for (const name of ["focus", "online", "pagehide"]) fire(window, name);
  for (const name of ["visibilitychange", "freeze", "resume"]) fire(document, name);
  expect(happened).not.toHaveBeenCalled();
});

describe("F30 the curtain", () => {
  const root = document.documentElement;

  test("hides the page, whatever its style says, and leaves a mark for the style sheet", () => {
    root.style.color = "red";
    lifecycle.curtain(true);
    expect(root.style.getPropertyValue("visibility")).toBe("hidden");
    expect(root.style.getPropertyPriority("visibility")).toBe("important");
    expect(root.hasAttribute("data-session-pending")).toBe(true);
    expect(root.style.color).toBe("red");
  });

  test("shows it again and leaves no trace", () => {
    lifecycle.curtain(true);
    lifecycle.curtain(true);
    lifecycle.curtain(false);
    expect(root.style.getPropertyValue("visibility")).toBe("");
    expect(root.hasAttribute("data-session-pending")).toBe(false);
    lifecycle.curtain(false);
    expect(root.hasAttribute("data-session-pending")).toBe(false);
  });

  test("C5 needs no style attribute that a strict policy would refuse", () => {
    const set = vi.spyOn(Element.prototype, "setAttribute");
    lifecycle.curtain(true);
    lifecycle.curtain(false);
    expect(set.mock.calls.map(([name]) => name)).not.toContain("style");
  });
});
