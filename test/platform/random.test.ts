import { afterEach, expect, test, vi } from "vitest";
import { hash } from "../../src/platform/hash.js";
import { random } from "../../src/platform/random.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("a number is in [0, 1)", () => {
  vi.spyOn(Math, "random").mockReturnValueOnce(0.25).mockReturnValueOnce(0.75);
  expect([random.number(), random.number()]).toEqual([0.25, 0.75]);
});

test("S5 an id has 128 bits of the browser's generator, as text that a header can carry", () => {
  const filled = vi.spyOn(crypto, "getRandomValues");
  const id = random.id();
  expect((filled.mock.calls[0][0] as ArrayBufferView).byteLength).toBe(16);
  expect(id).toMatch(/^[0-9a-z]{4,60}$/);
});

test("F3 no two ids are alike", () => {
  expect(new Set(Array.from({ length: 1000 }, random.id)).size).toBe(1000);
});

test("an id is made of all of its bits", () => {
  const ids = [0, 1, 2, 3].map((place) => {
    vi.spyOn(crypto, "getRandomValues").mockImplementationOnce((array) => {
      (array as unknown as Uint32Array)[place] = 1;
      return array;
    });
    return random.id();
  });
  expect(new Set(ids).size).toBe(4);
});

test("a subject is named by the first half of its SHA-256", async () => {
  // printf 'ada' | sha256sum
  expect(await hash("ada")).toBe("fdee430d40bd57deeac186cd9790033d");
  expect(await hash("ädä")).toHaveLength(32);
  expect(await hash("ada")).not.toBe(await hash("adb"));
});

test("in an insecure context a subject has no name", async () => {
  vi.stubGlobal("crypto", { getRandomValues: () => {} });
  expect(await hash("ada")).toBeUndefined();
});
