import { createChance } from "./chance.js";
import { createHub, type Hub } from "./channel.js";
import type { MachineClock } from "./clock.js";
import { createDisk, type Disk } from "./disk.js";
import { createLocks, type Locks } from "./locks.js";
import { createNetwork, type Network } from "./network.js";
import { createServer, type FakeServer, type ServerLimits } from "./server.js";
import { createTab, type Inside, type Surroundings, type Tab, type TabOptions } from "./tab.js";
import { createTimeline, type Timeline } from "./timeline.js";
import { createWorkers, type Workers } from "./worker.js";

/** Takes a line about what happens, with the data that it is about. */
export type Trace = (line: string, data?: unknown) => void;

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
  trace?: ((line: string) => void) | undefined;
}

/**
 * Everything of a world but the waiting. Whoever owns it takes one event of the timeline after the other, and lets all
 * that follows from it happen before the next: a world by turns of the event loop.
 */
export interface Machine {
  readonly timeline: Timeline;
  readonly server: FakeServer;
  readonly network: Network;
  readonly hub: Hub;
  readonly locks: Locks;
  readonly disk: Disk;
  readonly workers: Workers;
  readonly tabs: readonly Tab<never>[];
  readonly trace: Trace;
  open<User>(options: TabOptions<User>): Tab<User>;
  /** What follows from the last event takes turns of its own. */
  busy(): boolean;
  /** No tab runs from now on, and in so many ms the machine will wake up: `wakeUp()` is to be called then. */
  fallAsleep(ms: number): void;
  wakeUp(): void;
  stepClock(ms: number): void;
}

/** Makes a {@link Machine}. */
export function createMachine(options: WorldOptions = {}): Machine {
  const { seed = 1, startAt = Date.UTC(2026, 0, 1), clockStopsInSleep = true } = options;
  const base = new URL(options.base ?? "https://app.test/").href;
  const chance = createChance(seed);
  const timeline = createTimeline();
  const trace: Trace = options.trace
    ? (line, data) =>
        options.trace?.(
          `${timeline.now.toFixed(1).padStart(10)}  ${line}${data === undefined ? "" : ` ${JSON.stringify(data)}`}`,
        )
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
  const workers = createWorkers(timeline, machine, chance.fork("workers"), hub, network, base, trace);

  const tabs: Tab<never>[] = [];
  const insides: Inside[] = [];

  const surroundings: Surroundings = {
    timeline,
    machine,
    hub,
    locks,
    disk,
    network,
    workers,
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

  const everything = () => [...insides, ...workers.running];

  return {
    timeline,
    server,
    network: network.network,
    hub: hub.hub,
    locks: locks.locks,
    disk: disk.disk,
    workers: workers.workers,
    tabs,
    trace,
    open,
    busy: network.busy,
    fallAsleep(ms) {
      trace("the machine sleeps");
      for (const { gate } of everything()) gate.stop("asleep");
      network.network.cut();
      if (!clockStopsInSleep) return;
      machine.stopped += ms;
      for (const { clock } of everything()) clock.stood(ms);
    },
    wakeUp() {
      trace("the machine wakes up");
      for (const { gate } of everything()) gate.go("asleep");
    },
    stepClock(ms) {
      trace(`the clock is set by ${ms} ms`);
      machine.offset += ms;
    },
  };
}
