import type { SessionOptions } from "../options.js";
import type { Platform } from "../platform/platform.js";
import type { Grant, ServerConvention } from "../server/convention.js";
import { bff, readBffSession } from "../server/presets/index.js";
import { createSession, type Session } from "../session.js";
import type { SessionState } from "../session-state.js";
import { type Chance, digest } from "./chance.js";
import type { createHub } from "./channel.js";
import { createCipher } from "./cipher.js";
import { createTabClock, type MachineClock, type TabClock } from "./clock.js";
import type { createDisk } from "./disk.js";
import { createGate, type Gate } from "./gate.js";
import { createLater } from "./later.js";
import type { createLocks } from "./locks.js";
import type { Trace } from "./machine.js";
import type { createNetwork } from "./network.js";
import { createPage } from "./page.js";
import type { FakeUser } from "./server.js";
import type { Timeline } from "./timeline.js";
import type { createWorkers } from "./worker.js";

/** Options of a tab: those of the session in it, and what the tab's browser is like. */
export type TabOptions<User> = Omit<SessionOptions<User>, "platform"> & {
  /**
   * The tab's browser: gets the usual one and returns what the session gets, say without Web Locks:
   * `(usual) => ({ ...usual, lock: undefined })`.
   * @default the usual one
   */
  browser?: (usual: Platform) => Platform;
};

/** What a tab keeps open or waits for. */
export interface TabUsage {
  readonly timers: number;
  /** Listeners for activity, and for the page's life. */
  readonly activity: number;
  readonly lifecycle: number;
  readonly channels: number;
  readonly locksHeld: number;
  readonly locksPending: number;
  /** Connections to the storage. */
  readonly storage: number;
  readonly requests: number;
}

/** `running`, stopped by the browser (`frozen`), stopped with the machine (`asleep`), or gone. */
export type TabLife = "running" | "frozen" | "asleep" | "crashed" | "closed";

/** One tab of a world, with the real session in it and the things that happen to tabs. */
export interface Tab<User = FakeUser> {
  /** `tab 1`, `tab 2`, … in the order of their making. */
  readonly name: string;
  readonly session: Session<User>;
  /** What the session was given for a browser. */
  readonly platform: Platform;
  readonly life: TabLife;
  readonly visible: boolean;
  /** The page is hidden until it is known what it may show. */
  readonly curtain: boolean;
  readonly offline: boolean;
  /** What the tab keeps open. */
  usage(): TabUsage;

  /** Signs in at the server, with cookies, and tells the session. Needs time to pass: see `world.run()`. */
  signIn(username: string): Promise<SessionState<User>>;
  /** The user does something: moves, types. Not while the tab stands still. */
  activity(): void;
  /** The tab goes to the background. */
  hide(): void;
  /** The tab comes to the foreground. */
  show(): void;
  /** The window gets the focus. */
  focus(): void;
  /**
   * The browser freezes the page. `silent`: without telling it, as every browser but Chromium does.
   * It keeps the locks it holds, and nothing that happens to it happens before it runs again.
   */
  freeze(options?: { silent?: boolean }): void;
  /** A frozen page runs again, told or untold as it was frozen. What came meanwhile comes now. */
  resume(): void;
  /** The user leaves the page, and the browser keeps it for the way back. */
  bfcache(): void;
  /** The user comes back to it. */
  restore(): void;
  /** The renderer dies: without a word, its locks are free. */
  crash(): void;
  /** The user closes the tab. */
  close(): void;
  /** Closes it and opens the same anew, not started. */
  reload(): Tab<User>;
  /** A second one of the same. */
  duplicate(): Tab<User>;
  /** Network gone (what is in flight breaks) or back. */
  setOffline(offline: boolean): void;
  /** Sets this tab's wall clock by so many ms. See `world.stepClock()` for that of the whole machine. */
  stepClock(ms: number): void;
  /** Lets timers fire at multiples of so many ms only, as browsers do in hidden tabs. 0 ends it. */
  throttle(ms: number): void;
}

/** What tabs share. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly machine: MachineClock;
  readonly hub: ReturnType<typeof createHub>;
  readonly locks: ReturnType<typeof createLocks>;
  readonly disk: ReturnType<typeof createDisk>;
  readonly network: ReturnType<typeof createNetwork>;
  readonly workers: ReturnType<typeof createWorkers>;
  readonly base: string;
  readonly trace: Trace;
  /** Makes another tab. */
  readonly open: <User>(options: TabOptions<User>) => Tab<User>;
}

/** What the world does to a tab. */
export interface Inside {
  readonly gate: Gate;
  readonly clock: TabClock;
}

/** One tab and the session in it. */
export function createTab<User>(
  name: string,
  given: TabOptions<User>,
  chance: Chance,
  around: Surroundings,
): [Tab<User>, Inside] {
  const { timeline, machine, hub, locks, disk, network, workers, base, trace } = around;
  const gate = createGate(timeline);
  const clock = createTabClock(timeline, machine, gate);
  const page = createPage(gate);
  const asker = { name, gate, offline: false };
  workers.enter(asker);
  let life: TabLife = "running";
  /** The page does not know that it was frozen. */
  let untold = false;
  /** It went into the back/forward cache as it was on the screen, and was not told that it is not there any more. */
  let cached = false;

  const later = createLater(timeline, chance, gate);
  const cipher = createCipher(chance.id, later);
  const usual: Platform = {
    clock,
    activity: page.activity,
    lifecycle: page.lifecycle,
    channel: hub.port(name, gate),
    lock: locks.port(name, gate),
    record: disk.port(name, gate),
    random: { number: chance.number, id: chance.id },
    hash: (text) => later(() => digest(text)),
    cipher: async () => cipher,
    fetch: (request) => network.fetch(asker, request),
    base: () => base,
    origin: new URL(base).origin,
    page: true,
  };
  const { browser, ...options } = given;
  const platform = browser?.(usual) ?? usual;
  const session = createSession<User>({
    ...(options.server || options.refresh ? {} : { server: bff() as ServerConvention<never> }),
    ...options,
    platform,
  });

  /** The tab is gone, with all that it held. */
  function leave(as: "crashed" | "closed") {
    trace(`${name} is ${as}`);
    life = as;
    gate.end();
    clock.end();
    hub.leave(name);
    disk.leave(name);
    network.leave(gate);
    locks.leave(name);
    workers.leave(name);
  }
  const running = () => {
    if (!gate.running) throw new Error(`${name} is ${tab.life}.`);
  };
  const of = (infos: readonly { tab: string }[]) => infos.filter((info) => info.tab === name).length;

  const tab: Tab<User> = {
    name,
    session,
    platform,
    get life() {
      if (life === "running" && !gate.running) return "asleep";
      return life;
    },
    get visible() {
      return page.visible;
    },
    get curtain() {
      return page.curtain;
    },
    get offline() {
      return asker.offline;
    },
    usage() {
      const { held, pending } = locks.locks.query();
      return {
        timers: clock.timers,
        ...page.listeners,
        channels: hub.hub.open(name),
        locksHeld: of(held),
        locksPending: of(pending),
        storage: disk.disk.open(name),
        requests: network.network.inFlight.filter((request) => request.tab === name).length,
      };
    },
    async signIn(username) {
      running();
      const body = JSON.stringify({ username });
      const headers = { "Content-Type": "application/json", "X-Sojourn": "1" };
      const reply = await platform.fetch(new Request(`${base}login`, { method: "POST", headers, body }));
      const grant = readBffSession(await reply.json()) as Grant<User>;
      return session.start(grant);
    },
    activity() {
      trace(`${name}: the user does something`);
      running();
      page.act();
    },
    hide() {
      trace(`${name} is hidden`);
      page.visible = false;
      gate.enter(() => page.tell("hidden"));
    },
    show() {
      trace(`${name} is shown`);
      page.visible = true;
      gate.enter(() => page.tell("visible"));
    },
    focus() {
      trace(`${name} gets the focus`);
      gate.enter(() => page.tell("wake"));
    },
    freeze({ silent = false } = {}) {
      running();
      trace(`${name} is frozen`);
      if (!silent) page.tell("suspend");
      untold = silent;
      life = "frozen";
      gate.stop("frozen");
    },
    resume() {
      if (life !== "frozen") throw new Error(`${name} is ${tab.life}.`);
      trace(`${name} runs again`);
      life = "running";
      if (!untold) timeline.after(0, () => gate.enter(() => page.tell("restore")));
      gate.go("frozen");
    },
    bfcache() {
      cached = page.visible;
      page.visible = false;
      tab.freeze();
    },
    restore() {
      const hidden = !page.visible && !cached;
      cached = false;
      page.visible = true;
      tab.resume();
      if (hidden) gate.enter(() => page.tell("visible"));
    },
    crash() {
      if (!gate.gone) leave("crashed");
    },
    close() {
      if (gate.running) page.tell("suspend");
      if (!gate.gone) leave("closed");
    },
    reload() {
      tab.close();
      return around.open(given);
    },
    duplicate: () => around.open(given),
    setOffline(offline) {
      trace(`${name} is ${offline ? "off" : "on"}line`);
      if (asker.offline === offline) return;
      asker.offline = offline;
      if (offline) network.network.cut(name);
      else gate.enter(() => page.tell("online"));
    },
    stepClock(ms) {
      trace(`${name}: the clock is set by ${ms} ms`);
      clock.offset += ms;
    },
    throttle(ms) {
      clock.throttle = ms;
    },
  };
  trace(`${name} opens`);
  return [tab, { gate, clock }];
}
