import { afterEach, describe, expect, test, vi } from "vitest";
import { channel } from "../../src/platform/channel.js";
import type { Channel } from "../../src/platform/platform.js";
import { countListeners } from "./support.js";

const package_ = vi.hoisted(() => ({ loaded: 0, broken: false }));
vi.mock("broadcast-channel", async (original) => {
  package_.loaded++;
  const real = await original<typeof import("broadcast-channel")>();
  return {
    BroadcastChannel: class {
      constructor(...args: ConstructorParameters<typeof real.BroadcastChannel>) {
        if (package_.broken) throw new Error("not here");
        options.push(args[1]);
        // biome-ignore lint/correctness/noConstructorReturn: the real one, seen
        return new real.BroadcastChannel(...args);
      }
    },
  };
});
const options: unknown[] = [];

const open: Channel[] = [];
let count = 0;
const READY = "ready";

/** Tabs that listen, and what each has heard. */
async function tabs(name: string, number: number) {
  const all = Array.from({ length: number }, () => {
    const heard: unknown[] = [];
    const it = channel(name, (data) => {
      // A message from before all were there may come late.
      if (data !== READY || heard.length === 0) heard.push(data);
    });
    open.push(it);
    const hears = (data: unknown) => vi.waitUntil(() => heard.includes(data), 4000);
    return { ...it, heard, hears };
  });
  // What is posted before a tab is there is lost on it: messages are hints.
  for (const one of all)
    await vi.waitUntil(
      () => {
        one.post(READY);
        return all.every((it) => it === one || it.heard.length > 0);
      },
      { timeout: 4000, interval: 20 },
    );
  return all.map((it) => ({ ...it, messages: () => it.heard.filter((data) => data !== READY) }));
}
const fresh = () => `sojourn.test-${++count}`;

afterEach(() => {
  for (const it of open.splice(0)) it.close();
  vi.unstubAllGlobals();
});

const kinds: [kind: string, prepare: () => void][] = [
  ["native", () => {}],
  ["the package, where the browser has none", () => vi.stubGlobal("BroadcastChannel", undefined)],
];

describe.each(kinds)("%s", (_, prepare) => {
  test("what one tab posts every other tab of the name hears, and itself not (F38)", async () => {
    prepare();
    const name = fresh();
    const [a, b, c] = await tabs(name, 3);
    const [elsewhere] = await tabs(fresh(), 1);
    a.post("from a");
    await Promise.all([b.hears("from a"), c.hears("from a")]);
    b.post("from b");
    await Promise.all([a.hears("from b"), c.hears("from b")]);
    expect(a.messages()).toEqual(["from b"]);
    expect(c.messages()).toEqual(["from a", "from b"]);
    expect(elsewhere.messages()).toEqual([]);
  });

  test("messages arrive as they are, in order", async () => {
    prepare();
    const name = fresh();
    const [a, b] = await tabs(name, 2);
    const messages = [{ v: 1, type: "changed" }, { v: 1, type: "ended", reason: "idle" }, "last"];
    for (const message of messages) a.post(message);
    await b.hears("last");
    expect(b.messages()).toEqual(messages);
  });

  test("a tab that has closed hears nothing any more", async () => {
    prepare();
    const name = fresh();
    const [a, b, c] = await tabs(name, 3);
    a.post("first");
    await Promise.all([b.hears("first"), c.hears("first")]);
    b.close();
    a.post("second");
    await c.hears("second");
    expect(b.messages()).toEqual(["first"]);
  });
});

describe("the package", () => {
  test("is not loaded where the browser has a channel", async () => {
    vi.resetModules();
    package_.loaded = 0;
    const { channel } = await import("../../src/platform/channel.js");
    const name = fresh();
    const heard = new Promise((resolve) => open.push(channel(name, resolve)));
    const sender = channel(name, () => {});
    open.push(sender);
    sender.post("hello");
    expect(await heard).toBe("hello");
    expect(package_.loaded).toBe(0);
  });

  test("uses IndexedDB, never localStorage (F11, S11)", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const set = vi.spyOn(Storage.prototype, "setItem");
    const name = fresh();
    const [a, b] = await tabs(name, 2);
    a.post("hello");
    await b.hears("hello");
    expect(options.at(-1)).toEqual({ type: "idb", webWorkerSupport: false });
    expect(set).not.toHaveBeenCalled();
    expect(localStorage).toHaveLength(0);
    set.mockRestore();
  });

  test("I24 listens to no unload", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const listeners = countListeners(window, document);
    const name = fresh();
    const [a, b] = await tabs(name, 2);
    a.post("hello");
    await b.hears("hello");
    expect(listeners.added.filter((it) => /unload/.test(it))).toEqual([]);
    listeners.stop();
  });

  test("that is still loading when the tab closes is not heard later", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const name = fresh();
    const early = vi.fn();
    channel(name, early).close();
    const [a, b] = await tabs(name, 2);
    a.post("hello");
    await b.hears("hello");
    expect(early).not.toHaveBeenCalled();
  });

  test("that cannot be used is silence, not an error (F36)", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    package_.broken = true;
    try {
      const it = channel(fresh(), () => {});
      it.post("hello");
      it.close();
      // Whatever it does, it does before this: an unhandled rejection fails the run.
      await import("broadcast-channel");
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      package_.broken = false;
    }
  });
});
