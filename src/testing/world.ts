import { parts as vaults } from "../secrets/open.js";
import { loadEngine } from "../shell/load.js";
import type { Hub } from "./channel.js";
import type { Disk } from "./disk.js";
import type { Locks } from "./locks.js";
import { createMachine, type WorldOptions } from "./machine.js";
import type { Network } from "./network.js";
import type { FakeServer, FakeUser } from "./server.js";
import type { Tab, TabOptions } from "./tab.js";
import { turn } from "./turn.js";

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

let parts: Promise<unknown> | undefined;
/** What a session loads when it needs it: loaded beforehand, for loading takes real time. */
export function loadParts(): Promise<unknown> {
  parts ??= Promise.all([loadEngine(), vaults.memory(), vaults.sealed(), vaults.worker()]);
  return parts;
}

/** More than this at one instant is an endless loop. */
const ENDLESS = 100_000;

/**
 * Makes a {@link World}.
 * @example
 * ```ts
 * import { createWorld } from "sojourn/testing";
 *
 * const world = createWorld({ seed: 7 });
 * const [one, other] = [world.tab(), world.tab()];
 * await world.run(one.signIn("ada"));
 * await world.run(other.session.start());
 * await world.advance(16 * 60_000);
 * other.session.getState(); // { status: "ended", reason: "idle", … }
 * ```
 */
export function createWorld(options: WorldOptions = {}): World {
  const machine = createMachine(options);
  const { timeline } = machine;
  let busy = false;

  /** Everything that the last event set off. */
  async function drain() {
    await loadParts();
    do await turn();
    while (machine.busy());
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
    server: machine.server,
    network: machine.network,
    channel: machine.hub,
    locks: machine.locks,
    disk: machine.disk,
    tabs: machine.tabs,
    tab: (given = {}) => machine.open(given),
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
        machine.fallAsleep(ms);
        await until(timeline.now + ms);
        machine.wakeUp();
        await until(timeline.now);
      }),
    stepClock: machine.stepClock,
  };
}
