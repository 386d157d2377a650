import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openRedis, type RedisOptions } from "../../src/backend/store/redis.js";
import { type Store, StoreUnavailable } from "../../src/backend/store/store.js";
import { slowLine } from "./support/line.js";
import { commonRedis, ownRedis, VERSION } from "./support/redis.js";

async function opened(options: RedisOptions): Promise<Store> {
  const store = await openRedis(options);
  onTestFinished(() => store.close());
  return store;
}

const add = (store: Store, key: string) =>
  store.update<number, number>(key, (current = 0) => ({ put: current + 1, result: current + 1 }));

describe(`Redis ${VERSION}`, () => {
  test("it lets go by itself of what is over, and a sweep tidies up after it", async () => {
    const { url, prefix } = await commonRedis();
    const store = await opened({ url, prefix });
    const redis = new Redis(url);
    onTestFinished(() => redis.disconnect());
    const put = (key: string, ms?: number) =>
      store.update(key, () => ({ put: 1, ...(ms && { until: Date.now() + ms }), result: undefined }));
    await put("a/short", 30);
    await put("a/long", 60_000);
    await put("a/for-ever");
    expect(await redis.pttl(`${prefix}value:a/long`)).toBeGreaterThan(50_000);
    expect(await redis.pttl(`${prefix}value:a/for-ever`)).toBe(-1);
    await vi.waitFor(async () => expect(await redis.exists(`${prefix}value:a/short`)).toBe(0));
    await store.sweep();
    expect(await redis.zrange(`${prefix}index`, "0", "-1")).toEqual(["a/for-ever", "a/long"]);
  });

  test("who is far away gets through while somebody near writes all the time", async () => {
    const { url, prefix } = await commonRedis();
    const near = await opened({ url, prefix });
    const port = await slowLine(Number(new URL(url).port), 10);
    const far = await opened({ url: `redis://127.0.0.1:${port}`, prefix });
    let writing = true;
    let written = 0;
    const busy = (async () => {
      while (writing) {
        await add(near, "counter/a");
        written++;
      }
    })();
    await vi.waitFor(() => expect(written).toBeGreaterThan(10));
    for (let i = 0; i < 5; i++) await add(far, "counter/a");
    writing = false;
    await busy;
    expect(await far.get("counter/a")).toBe(written + 5);
  });

  test("when it hangs every call is refused soon, and when it goes on so does the store", async () => {
    const server = await ownRedis();
    const said: string[] = [];
    const store = await opened({ url: server.url, report: (message) => said.push(message) });
    await add(store, "a/1");
    server.hang();
    const calls = [
      store.get("a/1"),
      store.list("a/")[Symbol.asyncIterator]().next(),
      store.sweep(),
      add(store, "a/1"),
      add(store, "a/1"),
    ];
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailable) });
    server.goOn();
    await vi.waitFor(async () => expect(await store.get("a/1")).toBeGreaterThan(0), { timeout: 10_000 });
    const value = await store.get<number>("a/1");
    // One may have been written after all, but nothing that was never sent.
    expect(value).toBeLessThanOrEqual(2);
    expect(await add(store, "a/1")).toBe((value ?? 0) + 1);
    const name = `Redis at 127.0.0.1:${server.port}`;
    expect(said).toEqual([expect.stringContaining(`${name} is away: `), `${name} is back.`]);
  });

  test("when it is away every call is refused at once, and nothing is written later", async () => {
    const server = await ownRedis(["--appendonly", "yes", "--appendfsync", "always"]);
    const store = await opened({ url: server.url });
    await add(store, "a/1");
    await server.stop("SIGKILL");
    for (let i = 0; i < 20; i++) await expect(add(store, "a/1")).rejects.toThrow(StoreUnavailable);
    await server.start();
    await vi.waitFor(() => store.get("a/1"), { timeout: 10_000 });
    expect(await store.get("a/1")).toBe(1);
  });

  test("a password is needed where there is one, and is in no message", async () => {
    const server = await ownRedis(["--requirepass", "s3cret"]);
    const at = (auth: string) => ({ url: server.url.replace("//", `//${auth}@`) });
    const store = await opened(at(":s3cret"));
    expect(await add(store, "a/1")).toBe(1);
    await expect(openRedis(at(":wr0ng"))).rejects.toThrow(/cannot be used: WRONGPASS/);
    await expect(openRedis({ url: server.url })).rejects.toThrow(/cannot be used: NOAUTH/);
    await server.stop();
    for (const failing of [() => openRedis(at(":s3cret")), () => store.get("a/1")]) {
      const error: Error = await failing().then(
        () => expect.unreachable(),
        (reason) => reason,
      );
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(JSON.stringify([error.message, error.stack, error.cause, { ...error }])).not.toContain("s3cret");
    }
  });

  test("two prefixes share one Redis and know nothing of each other", async () => {
    const { url, prefix } = await commonRedis();
    const [one, other] = [
      await opened({ url, prefix: `${prefix}one:` }),
      await opened({ url, prefix: `${prefix}other:` }),
    ];
    await add(one, "a/1");
    expect(await other.get("a/1")).toBeUndefined();
    for await (const found of other.list("")) expect(found).toBe("nothing");
  });
});
