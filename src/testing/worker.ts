import type { Scope } from "../worker/keep.js";
import type { WorkerPlatform } from "../worker/platform.js";
import type { Port } from "../worker/serve.js";
import { type Chance, digest, type Span } from "./chance.js";
import type { createHub } from "./channel.js";
import { createCipher } from "./cipher.js";
import { createTabClock, type MachineClock, type TabClock } from "./clock.js";
import { createGate, type Gate } from "./gate.js";
import { createLater } from "./later.js";
import type { Trace } from "./machine.js";
import type { createNetwork, NetworkTab } from "./network.js";
import type { Timeline } from "./timeline.js";

/** What a worker runs: it gets its global scope, and what its browser has. */
export type WorkerScript = (scope: Scope, platform: WorkerPlatform) => void;

/** What a worker said to a page. */
export interface WorkerMessage {
  /** The name of the tab. */
  readonly to: string;
  readonly data: unknown;
}

/** The workers of a world. */
export interface Workers {
  /** How long a message between a page and a worker is on its way, in ms. @default [0.05, 1] */
  delay: Span;
  /** How long it takes until a worker's script has run, in ms. What is posted before waits for it. @default [1, 40] */
  loading: Span;
  /** Everything that workers ever said to pages. */
  readonly log: readonly WorkerMessage[];
  /** Starts a worker of one tab. It stands still, wakes up and dies with the tab. */
  dedicated(tab: string, script: WorkerScript): Worker;
  /** Connects a tab with the worker that all tabs share. That is started by the first, and dies with the last of them. */
  shared(tab: string, script: WorkerScript): SharedWorker;
}

interface Running {
  readonly name: string;
  readonly gate: Gate;
  readonly clock: TabClock;
  readonly scope: Scope;
  readonly readyAt: number;
  /** The tabs that it is there for. */
  readonly owners: Set<string>;
  /** Whose message it has got last: what follows from that is done for this tab. */
  serving: NetworkTab;
}

/** What a line says of a message: not what it carries. */
function brief(data: unknown) {
  const { id, method, argument, error } = (data ?? {}) as {
    readonly [name: string]: { readonly verb?: unknown; readonly code?: unknown };
  };
  return { id, method, verb: argument?.verb, error: error?.code };
}

/** The gate of what lives in a tab: it stands still with the tab, and may be gone before. */
function gateWithin(tab: Gate): Gate {
  let over = false;
  return {
    get running() {
      return !over && tab.running;
    },
    get gone() {
      return over || tab.gone;
    },
    enter: (run) =>
      tab.enter(() => {
        if (!over) run();
      }),
    stop() {},
    go() {},
    end() {
      over = true;
    },
  };
}

/** The workers, and what the world does to them. */
export function createWorkers(
  timeline: Timeline,
  machine: MachineClock,
  chance: Chance,
  hub: ReturnType<typeof createHub>,
  network: ReturnType<typeof createNetwork>,
  base: string,
  trace: Trace,
) {
  const tabs = new Map<string, NetworkTab>();
  const running = new Set<Running>();
  const log: WorkerMessage[] = [];
  let common: Running | undefined;
  let serial = 0;

  function run(name: string, gate: Gate, serving: NetworkTab, scope: Scope, script: WorkerScript): Running {
    const own = chance.fork(`${name} ${++serial}`);
    const clock = createTabClock(timeline, machine, gate);
    const readyAt = timeline.now + own.within(workers.loading);
    const worker: Running = { name, gate, clock, scope, readyAt, owners: new Set([serving.name]), serving };
    const later = createLater(timeline, own, gate);
    const platform: WorkerPlatform = {
      clock,
      random: { number: own.number, id: own.id },
      hash: (text) => later(() => digest(text)),
      cipher: createCipher(own.id, later),
      base: () => new URL(base).origin,
      origin: new URL(base).origin,
      channel: hub.port(name, gate),
      fetch: (request) =>
        network.fetch({ name: worker.serving.name, gate, offline: worker.serving.offline }, request),
    };
    trace(`${name} starts`);
    running.add(worker);
    timeline.at(readyAt, () => gate.enter(() => script(scope, platform)));
    return worker;
  }

  function end(worker: Running) {
    trace(`${worker.name} is gone`);
    running.delete(worker);
    if (common === worker) common = undefined;
    worker.gate.end();
    worker.clock.end();
    hub.leave(worker.name);
    network.leave(worker.gate);
  }

  /** Two ends, in order each way. `there` may be the scope of the worker itself. */
  function connect(worker: Running, tab: NetworkTab, there: Port): Port & { close(): void } {
    let closed = false;
    const way = (gate: Gate, deliver: (event: MessageEvent) => void) => {
      let last = worker.readyAt;
      return (data: unknown, transfer: Transferable[] = []) => {
        if (closed) return;
        const copy = structuredClone(data, { transfer });
        last = Math.max(last, timeline.now + chance.within(workers.delay));
        timeline.at(last, () => gate.enter(() => deliver({ data: copy } as MessageEvent)));
      };
    };
    const toWorker = way(worker.gate, (event) => {
      worker.serving = tab;
      there.onmessage?.(event);
    });
    const toPage = way(tab.gate, (event) => {
      if (!closed) here.onmessage?.(event);
    });
    there.postMessage = (data, transfer) => {
      if (worker.gate.gone) return;
      log.push({ to: tab.name, data });
      trace(`${worker.name} tells ${tab.name}`, brief(data));
      toPage(data, transfer);
    };
    const here: Port & { close(): void } = {
      onmessage: null,
      postMessage(data, transfer) {
        if (tab.gate.gone) return;
        trace(`${tab.name} asks ${worker.name}`, brief(data));
        toWorker(data, transfer);
      },
      close() {
        closed = true;
      },
    };
    return here;
  }

  const tabOf = (name: string) => {
    const tab = tabs.get(name);
    if (!tab) throw new Error(`There is no ${name}.`);
    return tab;
  };
  const portOf = (): Port => ({ onmessage: null, postMessage() {} });

  const workers: Workers = {
    delay: [0.05, 1],
    loading: [1, 40],
    log,
    dedicated(name, script) {
      const tab = tabOf(name);
      const scope: Scope = portOf();
      const worker = run(`the worker of ${name}`, gateWithin(tab.gate), tab, scope, script);
      return Object.assign(connect(worker, tab, scope), {
        onerror: null,
        terminate: () => end(worker),
      }) as unknown as Worker;
    },
    shared(name, script) {
      const tab = tabOf(name);
      common ??= run(
        "the shared worker",
        createGate(timeline),
        tab,
        { ...portOf(), onconnect: null },
        script,
      );
      const worker = common;
      worker.owners.add(name);
      const there = portOf();
      const port = connect(worker, tab, there);
      timeline.at(worker.readyAt, () =>
        worker.gate.enter(() => worker.scope.onconnect?.({ ports: [there] })),
      );
      return { port, onerror: null } as unknown as SharedWorker;
    },
  };

  return {
    workers,
    /** What sleeps with the machine. */
    running: running as ReadonlySet<{ readonly gate: Gate; readonly clock: TabClock }>,
    enter: (tab: NetworkTab) => void tabs.set(tab.name, tab),
    /** The tab is gone, and what lived in it or for it alone. */
    leave(name: string) {
      tabs.delete(name);
      for (const worker of running) {
        worker.owners.delete(name);
        if (!worker.owners.size) end(worker);
      }
    },
  };
}
