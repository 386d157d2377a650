import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

const load = async () => (await import("../../src/platform/lock.js")).lock;

test("F11 without Web Locks there is no lock, and nothing else is taken for one", async () => {
  vi.stubGlobal("navigator", { locks: undefined });
  expect(await load()).toBeUndefined();
});

test("F36 without a navigator there is none either", async () => {
  vi.stubGlobal("navigator", undefined);
  expect(await load()).toBeUndefined();
});

test("the lock of the browser is asked for as it stands, and its result passed on", async () => {
  const locks = { request: vi.fn(async (_name: string, _options: object, task: () => unknown) => task()) };
  vi.stubGlobal("navigator", { locks });
  const lock = await load();
  const options = { signal: new AbortController().signal };
  const task = async () => "done";
  expect(await lock?.("sojourn.default", options, task)).toBe("done");
  expect(locks.request.mock.calls).toEqual([["sojourn.default", options, task]]);
  expect(locks.request.mock.contexts).toEqual([locks]);
});

test("a refusal of the lock is passed on", async () => {
  const locks = { request: async () => Promise.reject(new DOMException("", "AbortError")) };
  vi.stubGlobal("navigator", { locks });
  const lock = await load();
  await expect(lock?.("n", { steal: true }, async () => {})).rejects.toMatchObject({ name: "AbortError" });
});
