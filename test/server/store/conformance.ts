import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../../src/backend/clock.js";
import type { Store } from "../../../src/backend/store/store.js";
import { ManualClock, MINUTE } from "../support/clock.js";

/** One more connection to the same data. */
type Open = (clock?: Clock) => Promise<Store>;

export interface Driver {
  /** The real thing, with its version. */
  readonly title: string;
  /** Empty data of one test's own, and what `add.ts` opens it with in a process of its own. */
  readonly data: () => Promise<{ readonly open: Open; readonly elsewhere: readonly string[] }>;
  /** What is kept in a process is seen by nobody else. */
  readonly shared: boolean;
}

const add = (store: Store, key: string, amount = 1) =>
  store.update<number, number>(key, (current = 0) => ({ put: current + amount, result: current + amount }));

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

/** What every store has to keep. */
export function storesKeepTheirWord({ title, data, shared }: Driver): void {
  /** A store of this test's own, closed after it. */
  async function opened(clock?: Clock, from?: Open): Promise<Store> {
    const store = await (from ?? (await data()).open)(clock);
    onTestFinished(() => store.close());
    return store;
  }

  describe(title, () => {
    test("updates of one key never overlap, and none of many at once is left behind", async () => {
      const store = await opened();
      const results = await Promise.all(Array.from({ length: 200 }, () => add(store, "counter/a")));
      expect(new Set(results).size).toBe(200);
      expect(await store.get("counter/a")).toBe(200);
    });

    const together = shared ? test : () => {};
    together("updates of two connections never overlap either, and both get through", async () => {
      const { open } = await data();
      const stores = [await opened(undefined, open), await opened(undefined, open)] as const;
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) => add(stores[index % 2] as Store, "counter/a")),
      );
      expect(new Set(results).size).toBe(100);
      for (const store of stores) expect(await store.get("counter/a")).toBe(100);
    });

    together("updates of several processes never overlap either", async () => {
      const { open, elsewhere } = await data();
      const store = await opened(undefined, open);
      const script = fileURLToPath(new URL("add.ts", import.meta.url));
      const processes = [1, 2].map(() => {
        const child = fork(script, [...elsewhere, "counter/a", "100"], { execArgv: ["--import", "tsx"] });
        onTestFinished(() => void child.kill("SIGKILL"));
        return child;
      });
      // They begin together.
      await Promise.all(processes.map((child) => once(child, "message")));
      const ended = processes.map((child) => once(child, "exit"));
      for (const child of processes) child.send("go");
      await Promise.all(Array.from({ length: 50 }, () => add(store, "counter/a")));
      expect(await Promise.all(ended)).toEqual([
        [0, null],
        [0, null],
      ]);
      expect(await store.get("counter/a")).toBe(250);
    });

    test("a decision without put or remove leaves the value", async () => {
      const store = await opened();
      await add(store, "a/1", 7);
      const saw = await store.update<number, string>("a/1", (current) => ({ result: `saw ${current}` }));
      expect(saw).toBe("saw 7");
      expect(await store.get("a/1")).toBe(7);
      await store.update("a/2", () => ({ result: undefined }));
      expect(await store.get("a/2")).toBeUndefined();
      expect(await all(store.list("a/"))).toEqual([["a/1", 7]]);
    });

    test("remove removes, and what is removed can be put again", async () => {
      const store = await opened();
      await add(store, "a/1");
      for (let again = 0; again < 2; again++)
        await store.update("a/1", () => ({ remove: true, result: undefined }));
      expect(await store.get("a/1")).toBeUndefined();
      expect(await all(store.list(""))).toEqual([]);
      expect(await add(store, "a/1")).toBe(1);
    });

    test("a decision that throws changes nothing, and the next one works", async () => {
      const store = await opened();
      await add(store, "a/1");
      const failing = store.update("a/1", () => {
        throw new Error("no");
      });
      const next = add(store, "a/1");
      await expect(failing).rejects.toThrow("no");
      expect(await next).toBe(2);
    });

    test("list gives one kind, in the order of the keys", async () => {
      const store = await opened();
      const keys = ["note/2", "notes/1", "note/10", "note/1", "draft/1", "note/a", "note/B", "note/é"];
      for (const key of keys) await add(store, key);
      const order = ["note/1", "note/10", "note/2", "note/B", "note/a", "note/é"];
      expect((await all(store.list("note/"))).map(([key]) => key)).toEqual(order);
      expect(await all(store.list("none/"))).toEqual([]);
      expect((await all(store.list(""))).length).toBe(keys.length);
    });

    test("more than a few thousand values are listed whole", async () => {
      const store = await opened();
      const keys = Array.from({ length: 2500 }, (_, index) => `a/${String(index).padStart(5, "0")}`);
      await Promise.all(keys.map((key) => add(store, key)));
      expect((await all(store.list("a/"))).map(([key]) => key)).toEqual(keys);
    });

    test("every value comes back as it was: all characters, all bytes, all shapes", async () => {
      const store = await opened();
      const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
      const values = {
        text: "Zürich, 東京, 🏥, e\u0301, \u202e, \u0000, \ud800",
        bytes,
        numbers: [0, -1, 0.1, Number.MAX_SAFE_INTEGER, 1e21],
        nothing: [null, false, "", {}, []],
      };
      await store.update("a/1", () => ({ put: values, result: undefined }));
      expect(await store.get("a/1")).toEqual(values);
      for (const [index, put] of [null, false, 0, "", []].entries()) {
        await store.update(`b/${index}`, () => ({ put, result: undefined }));
        expect(await store.get(`b/${index}`)).toEqual(put);
      }
    });

    test("what a caller does to a value changes nothing that is kept", async () => {
      const store = await opened();
      const list = ["one"];
      await store.update("a/1", () => ({ put: list, result: undefined }));
      list.push("two");
      (await store.get<string[]>("a/1"))?.push("three");
      (await all(store.list<string[]>("a/")))[0]?.[1].push("four");
      expect(await store.get("a/1")).toEqual(["one"]);
    });

    describe("a value whose time is over", () => {
      const until = (clock: Clock, ms: number) => ({ until: clock.now() + ms });

      test("is not there any more: not to get, not to update, not in a list", async () => {
        const clock = new ManualClock();
        const store = await opened(clock);
        await store.update("a/1", () => ({ put: "x", ...until(clock, MINUTE), result: undefined }));
        clock.advance(MINUTE - 1);
        expect(await store.get("a/1")).toBe("x");
        clock.advance(1);
        expect(await store.get("a/1")).toBeUndefined();
        expect(await all(store.list("a/"))).toEqual([]);
        expect(await store.update("a/1", (current) => ({ result: current }))).toBeUndefined();
        // And there is room for the next one.
        expect(await add(store, "a/1")).toBe(1);
        expect(await all(store.list("a/"))).toEqual([["a/1", 1]]);
      });

      test("is judged anew at every put, and left alone by a decision that leaves the value", async () => {
        const clock = new ManualClock();
        const store = await opened(clock);
        const put = (key: string, ms?: number) =>
          store.update(key, () => ({ put: 1, ...(ms && until(clock, ms)), result: undefined }));
        for (const key of ["a/longer", "a/for-ever", "a/left"]) await put(key, MINUTE);
        await put("a/longer", 3 * MINUTE);
        await put("a/for-ever");
        await put("a/never", Number.POSITIVE_INFINITY);
        await store.update("a/left", () => ({ result: undefined }));
        const keys = async () => (await all(store.list("a/"))).map(([key]) => key);
        expect(await keys()).toEqual(["a/for-ever", "a/left", "a/longer", "a/never"]);
        clock.advance(MINUTE);
        expect(await keys()).toEqual(["a/for-ever", "a/longer", "a/never"]);
        clock.advance(2 * MINUTE);
        expect(await keys()).toEqual(["a/for-ever", "a/never"]);
      });

      test("is not there from the beginning where it is put too late", async () => {
        const clock = new ManualClock();
        const store = await opened(clock);
        for (const ms of [0, -MINUTE])
          await store.update("a/1", () => ({ put: "x", ...until(clock, ms), result: undefined }));
        expect(await store.get("a/1")).toBeUndefined();
        expect(await all(store.list(""))).toEqual([]);
      });

      test("is swept away, and nothing else", async () => {
        const clock = new ManualClock();
        const store = await opened(clock);
        await Promise.all(
          Array.from({ length: 1100 }, (_, put) =>
            store.update(`a/${put}`, () => ({
              put,
              ...(put % 2 && until(clock, MINUTE)),
              result: undefined,
            })),
          ),
        );
        clock.advance(MINUTE);
        await store.sweep();
        expect((await all(store.list("a/"))).length).toBe(550);
      });
    });

    test("after it was closed every call is refused; to close it twice is no error", async () => {
      const store = await (await data()).open();
      await add(store, "a/1");
      await store.close();
      await store.close();
      await expect(store.get("a/1")).rejects.toThrow();
      await expect(add(store, "a/1")).rejects.toThrow();
      await expect(all(store.list("a/"))).rejects.toThrow();
    });
  });
}
