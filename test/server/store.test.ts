import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLmdb } from "../../src/backend/store/lmdb.js";
import type { Store } from "../../src/backend/store/store.js";
import { temporaryFolder } from "./support/server.js";

/** What every store has to keep. A new driver is one more line. */
const STORES: [string, (folder: string) => Store][] = [["lmdb", (folder) => openLmdb(join(folder, "store"))]];

const add = (store: Store, key: string, amount: number) =>
  store.update<number, number>(key, (current = 0) => ({ put: current + amount, result: current + amount }));

test.each(STORES)("%s: updates of one key never overlap", async (_, open) => {
  const store = open(await temporaryFolder());
  onTestFinished(() => store.close());
  const results = await Promise.all(Array.from({ length: 200 }, () => add(store, "counter", 1)));
  expect(new Set(results).size).toBe(200);
  expect(await store.get("counter")).toBe(200);
});

test.each(STORES)("%s: updates of two processes never overlap either", async (_, open) => {
  const folder = await temporaryFolder();
  const [one, two] = [open(folder), open(folder)];
  onTestFinished(async () => {
    await one.close();
    await two.close();
  });
  await Promise.all(
    Array.from({ length: 100 }, (_unused, index) => add(index % 2 ? one : two, "counter", 1)),
  );
  expect(await one.get("counter")).toBe(100);
  expect(await two.get("counter")).toBe(100);
});

test.each(STORES)("%s: a decision without put or remove leaves the value", async (_, open) => {
  const store = open(await temporaryFolder());
  onTestFinished(() => store.close());
  await add(store, "a", 7);
  expect(await store.update<number, string>("a", (current) => ({ result: `saw ${current}` }))).toBe("saw 7");
  expect(await store.get("a")).toBe(7);
  await store.update("b", () => ({ result: undefined }));
  expect(await store.get("b")).toBeUndefined();
});

test.each(STORES)("%s: remove removes", async (_, open) => {
  const store = open(await temporaryFolder());
  onTestFinished(() => store.close());
  await add(store, "a", 1);
  await store.update("a", () => ({ remove: true, result: undefined }));
  expect(await store.get("a")).toBeUndefined();
  expect(await store.list("")).toEqual([]);
});

test.each(STORES)("%s: a decision that throws changes nothing, and the next one works", async (_, open) => {
  const store = open(await temporaryFolder());
  onTestFinished(() => store.close());
  await add(store, "a", 1);
  const failing = store.update("a", () => {
    throw new Error("no");
  });
  const next = add(store, "a", 1);
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe(2);
});

test.each(STORES)("%s: list gives one kind, in the order of the keys", async (_, open) => {
  const store = open(await temporaryFolder());
  onTestFinished(() => store.close());
  for (const key of ["note/2", "notes/1", "note/1", "draft/1"]) await add(store, key, 1);
  expect((await store.list("note/")).map(([key]) => key)).toEqual(["note/1", "note/2"]);
});

test.each(STORES)("%s: what was written is there when it is opened again", async (_, open) => {
  const folder = await temporaryFolder();
  const before = open(folder);
  await add(before, "a", 3);
  await before.close();
  const after = open(folder);
  onTestFinished(() => after.close());
  expect(await after.get("a")).toBe(3);
});
