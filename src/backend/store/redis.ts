import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { type Clock, systemClock } from "../clock.js";
import { type Entry, entryAfter, visible } from "./entry.js";
import { FORGET, SWAP } from "./redis-scripts.js";
import { type Decision, type Store, StoreUnavailable } from "./store.js";
import { Turns } from "./turns.js";

/** The options of {@link openRedis}. */
export interface RedisOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://…` for TLS. */
  readonly url: string;
  /**
   * What all keys begin with, so that several applications can share one Redis.
   * @default "sojourn:"
   */
  readonly prefix?: string;
  readonly clock?: Clock;
  /** Is told when Redis has gone away and when it is back. There is no secret in it. */
  readonly report?: (message: string) => void;
}

/** How long one answer of Redis may take, in ms. */
const ANSWER = 2_000;

/** How long an update may try to get through, in ms. */
const PATIENCE = 4_000;

/** Who has lost so often asks to go first. */
const OFTEN = 3;

/** So many values are asked for at once. */
const BATCH = 500;

interface Commands extends Redis {
  swap(...keysAndArguments: string[]): Promise<[won: 1] | [won: 0, now: string | null, first: number]>;
  forget(count: number, ...keysAndNames: string[]): Promise<unknown>;
}

/**
 * For many machines: one Redis, or a primary with replicas that take over. (No cluster of shards: a write touches the
 * value and the index.)
 *
 * **Fails closed, and soon.** What cannot be asked at once is refused at once, and what is not answered in time is given
 * up together with the connection. Nothing waits in a queue to be written after its caller was told that it had failed.
 * What had been sent by then may still be carried out: see `StoreUnavailable`.
 *
 * **Time.** A value is over when the clock of this process says so. Redis is told how long that is from now, and removes
 * it then: its own clock measures that time and need not show the right one.
 */
export async function openRedis(options: RedisOptions): Promise<Store> {
  const { url, prefix = "sojourn:", clock = systemClock, report = () => {} } = options;
  const { name, ...address } = addressOf(url);
  const redis = new Redis({
    ...address,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER,
    // A server that hangs keeps its connections open.
    socketTimeout: ANSWER,
    connectTimeout: ANSWER,
    retryStrategy: (times) => Math.random() * Math.min(50 * 2 ** times, 1_000),
    // A replica took over: ask again who is the primary.
    reconnectOnError: ({ message }) => message.startsWith("READONLY"),
    scripts: { swap: { lua: SWAP, numberOfKeys: 3 }, forget: { lua: FORGET } },
  }) as Commands;

  let state: "new" | "here" | "away" = "new";
  let reason = "";
  redis.on("error", (error) => {
    reason = reasonOf(error);
    if (state === "here") report(`${name} is away: ${reason}`);
    if (state === "here") state = "away";
  });
  redis.on("ready", () => {
    if (state === "away") report(`${name} is back.`);
    state = "here";
  });

  /** An error of the client has the command in it, and so the values: it goes no further. */
  const ask = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error) => {
      throw new StoreUnavailable(`${name} ${state === "away" ? "is away" : `says: ${reasonOf(error)}`}`);
    });

  const turns = new Turns();
  const index = `${prefix}index`;
  const placeOf = (key: string) => `${prefix}value:${key}`;
  const parse = (raw: string | null) => (raw === null ? undefined : (JSON.parse(raw) as Entry));
  const read = (key: string) => ask(redis.get(placeOf(key)));

  /** What is to be written, or that nothing is, and for how long. */
  function next(decision: Decision<unknown, unknown>): { raw: string; ttl: string } | undefined {
    const entry = entryAfter(decision);
    if (entry === undefined) return undefined;
    if (entry === null) return { raw: "", ttl: "" };
    if (entry.until === undefined) return { raw: JSON.stringify(entry), ttl: "" };
    const ttl = Math.ceil(entry.until - clock.now());
    return ttl > 0 ? { raw: JSON.stringify(entry), ttl: `${ttl}` } : { raw: "", ttl: "" };
  }

  /** The keys that begin with that, so many at a time. */
  async function* parts(prefixOfKeys: string) {
    let [min, max] = range(prefixOfKeys);
    for (;;) {
      const keys = await ask(redis.zrangebylex(index, min, max, "LIMIT", 0, BATCH));
      if (keys.length > 0) yield keys;
      if (keys.length < BATCH) return;
      min = `(${keys.at(-1)}`;
    }
  }

  const inTime = (giveUpAt: number) => {
    if (performance.now() > giveUpAt) throw new StoreUnavailable(`${name} has too much to do.`);
  };

  async function update<T, R>(
    key: string,
    decide: (current: T | undefined) => Decision<T, R>,
    giveUpAt: number,
  ): Promise<R> {
    const me = randomUUID();
    inTime(giveUpAt);
    let seen = await read(key);
    for (let lost = 0; ; lost++) {
      const decision = decide(visible<T>(parse(seen), clock.now()));
      const write = next(decision);
      if (!write) return decision.result;
      const keys = [placeOf(key), index, `${prefix}first:${key}`];
      const impatient = lost >= OFTEN ? "1" : "";
      const [won, now, first] = await ask(
        redis.swap(...keys, seen ?? "", write.raw, write.ttl, key, me, impatient),
      );
      if (won) return decision.result;
      seen = now ?? null;
      inTime(giveUpAt);
      // Somebody else goes first.
      if (impatient && !first) {
        await delay(Math.random() * 20);
        seen = await read(key);
      }
    }
  }

  const store: Store = {
    get: async <T>(key: string) => visible<T>(parse(await read(key)), clock.now()),

    // Within a process updates of one key wait for one another: only processes compete.
    update: (key, decide) => {
      const giveUpAt = performance.now() + PATIENCE;
      return turns.take(key, () => update(key, decide, giveUpAt));
    },

    async *list<T>(prefixOfKeys: string) {
      for await (const keys of parts(prefixOfKeys)) {
        const raws = await ask(redis.mget(keys.map(placeOf)));
        for (const [i, key] of keys.entries()) {
          const value = visible<T>(parse(raws[i] ?? null), clock.now());
          if (value !== undefined) yield [key, value] as const;
        }
      }
    },

    // The values go by themselves.
    sweep: async () => {
      for await (const keys of parts(""))
        await ask(redis.forget(keys.length + 1, index, ...keys.map(placeOf), ...keys));
    },

    close: async () => {
      if (redis.status !== "end") await redis.quit().catch(() => redis.disconnect());
    },
  };

  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new StoreUnavailable(`${name} cannot be used: ${reason || reasonOf(error)}`);
  }
  return store;
}

/** All strings that begin with this one, as Redis orders them: by their bytes, of which none is 255. */
function range(prefix: string): [min: string | Buffer, max: string | Buffer] {
  if (prefix === "") return ["-", "+"];
  return [`[${prefix}`, Buffer.concat([Buffer.from(`(${prefix}`), Buffer.from([255])])];
}

/** The name is for people: without user and password. */
function addressOf(url: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const db = Number(pathname.slice(1));
  return {
    name: `Redis at ${hostname}:${port || 6379}`,
    host,
    port: Number(port || 6379),
    db,
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" && { tls: {} }),
  };
}

/** A few words. An error that stands for several has a code only. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || "no reason given";
}
