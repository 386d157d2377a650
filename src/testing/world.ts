import { loadEngine } from "../shell/load.js";
import { createChance } from "./chance.js";
import { createHub, type Hub } from "./channel.js";
import type { MachineClock } from "./clock.js";
import { createDisk, type Disk } from "./disk.js";
import { createLocks, type Locks } from "./locks.js";
import { createNetwork, type Network } from "./network.js";
import { createServer, type FakeServer, type FakeUser, type ServerLimits } from "./server.js";
import { createTab, type Inside, type Surroundings, type Tab, type TabOptions } from "./tab.js";
import { createTimeline } from "./timeline.js";
import { turn } from "./turn.js";

/** Options of a world. */
export interface WorldOptions {
  /** Decides every delay and every random number. The same seed, the same course of events. @default 1 */
  seed?: number | string;
  /** Limits of the fake server. */
  server?: ServerLimits;
  /** What the wall clock shows at the beginning, in ms since the epoch. @default 2026-01-01T00:00:00Z */
  startAt?: number;
  /**
   * The monotonic clock stands still while the machine sleeps, as on macOS and most of Linux. `false`: it goes on, as on
   * Windows.
   * @default true
   */
  clockStopsInSleep?: boolean;
  /** The address of the page in all tabs. @default "https://app.test/" */
  base?: string;
  /** Gets a line about everything that happens. */
  trace?: (line: string) => void;
}

/**
 * A machine with any number of tabs and a server, in which no time passes but what the test lets pass.
 *
 * Between two events everything that the first one set off is carried out: promises, bodies of requests and replies.
 * That relies on nothing in it waiting for anything real, for one turn of the event loop (`setImmediate`, or a message
 * to itself) then comes after all of it. The part of a session that is loaded by `import()` is loaded beforehand.
 */
export interface World {
  /** Ms since the world began: true time, which no clock shows. */
  readonly now: number;
  readonly server: FakeServer;
  readonly network: Network;
  readonly channel: Hub;
  readonly locks: Locks;
  readonly disk: Disk;
  /** All tabs ever opened. */
  readonly tabs: readonly Tab<never>[];
  /**
   * Opens a tab with a session in it, not started.
   * @throws SessionError `ERR_INVALID_OPTION`
   */
  tab<User = FakeUser>(options?: TabOptions<User>): Tab<User>;
  /** Lets time pass: everything that is due happens, in order. */
  advance(ms: number): Promise<void>;
  /** Lets happen what is due now, and no time pass. */
  settle(): Promise<void>;
  /** The next event, and all that follows from it. Resolves with `false` where there is none. */
  step(): Promise<boolean>;
  /**
   * Lets time pass until a promise is settled, and no longer; resolves or rejects as it does.
   * @throws Error after `within` ms of the world's time (@default 600_000)
   */
  run<T>(promise: Promise<T>, within?: number): Promise<T>;
  /**
   * The machine sleeps: no tab runs, the server goes on. What was in flight has failed when it wakes up.
   * Nothing tells the tabs of it.
   */
  sleep(ms: number): Promise<void>;
  /** Sets the machine's wall clock by so many ms, forward or back. */
  stepClock(ms: number): void;
}

/** More than this at one instant is an endless loop. */
const ENDLESS = 100_000;

/**
 * Makes a {@link World}.
 * @example
 * ```ts
 * const world = createWorld({ seed: 7 });
 * const [one, other] = [world.tab(), world.tab()];
 * await world.run(one.signIn("ada"));
 * await world.run(other.session.start());
 * await world.advance(16 * 60_000);
 * other.session.getState(); // { status: "ended", reason: "idle", … }
 * ```
 */
export function createWorld(options: WorldOptions = {}): World {
  const { seed = 1, startAt = Date.UTC(2026, 0, 1), clockStopsInSleep = true } = options;
  const base = new URL(options.base ?? "https://app.test/").href;
  const chance = createChance(seed);
  const timeline = createTimeline();
  const trace = options.trace
    ? (line: string) => options.trace?.(`${timeline.now.toFixed(1).padStart(10)}  ${line}`)
    : () => {};
  const machine: MachineClock = { startAt, offset: 0, stopped: 0 };
  const hub = createHub(timeline, chance.fork("channel"), trace);
  const locks = createLocks(timeline, chance.fork("locks"), trace);
  const disk = createDisk(timeline, chance.fork("disk"));
  const { server, handle } = createServer(
    timeline,
    chance.fork("server"),
    () => network.network.cookies,
    options.server,
  );
  const network = createNetwork(timeline, chance.fork("network"), new URL(base).origin, handle, trace);

  const tabs: Tab<never>[] = [];
  const insides: Inside[] = [];
  let busy = false;

  const surroundings: Surroundings = {
    timeline,
    machine,
    hub,
    locks,
    disk,
    network,
    base,
    trace,
    open: (given) => open(given),
  };
  function open<User>(given: TabOptions<User>): Tab<User> {
    const name = `tab ${tabs.length + 1}`;
    const [tab, inside] = createTab(name, given, chance.fork(name), surroundings);
    tabs.push(tab as Tab<never>);
    insides.push(inside);
    return tab;
  }

  /** Everything that the last event set off. */
  async function drain() {
    await loadEngine();
    do await turn();
    while (network.busy());
  }

  /** One at a time: two courses of events at once are none. */
  async function alone<T>(act: () => Promise<T>): Promise<T> {
    if (busy)
      throw new Error("The world is moving already: await the last advance(), run(), step() or sleep().");
    busy = true;
    try {
      await drain();
      return await act();
    } finally {
      busy = false;
    }
  }

  async function until(time: number, done: () => boolean = () => false) {
    let last = timeline.now;
    let events = 0;
    for (let next = timeline.next(); next !== undefined && next <= time && !done(); next = timeline.next()) {
      timeline.take();
      await drain();
      events = timeline.now === last ? events + 1 : 0;
      last = timeline.now;
      if (events > ENDLESS) throw new Error(`Something goes on for ever at ${last} ms.`);
    }
    if (!done()) timeline.moveTo(time);
  }

  return {
    get now() {
      return timeline.now;
    },
    server,
    network: network.network,
    channel: hub.hub,
    locks: locks.locks,
    disk: disk.disk,
    tabs,
    tab: (given = {}) => open(given),
    advance: (ms) => alone(() => until(timeline.now + ms)),
    settle: () => alone(() => until(timeline.now)),
    step: () =>
      alone(async () => {
        if (timeline.next() === undefined) return false;
        timeline.take();
        await drain();
        return true;
      }),
    async run(promise, within = 600_000) {
      let settled = false;
      const settle = () => {
        settled = true;
      };
      promise.then(settle, settle);
      await alone(() => until(timeline.now + within, () => settled));
      if (!settled) throw new Error(`Not settled within ${within} ms.`);
      return promise;
    },
    sleep: (ms) =>
      alone(async () => {
        trace("the machine sleeps");
        for (const { gate } of insides) gate.stop("asleep");
        network.network.cut();
        if (clockStopsInSleep) {
          machine.stopped += ms;
          for (const { clock } of insides) clock.stood(ms);
        }
        await until(timeline.now + ms);
        trace("the machine wakes up");
        for (const { gate } of insides) gate.go("asleep");
        await until(timeline.now);
      }),
    stepClock(ms) {
      trace(`the clock is set by ${ms} ms`);
      machine.offset += ms;
    },
  };
}
