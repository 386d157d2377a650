import type { Effect } from "../core/effect.js";
import { deadlineOf, nearest } from "../core/idle.js";
import { parseRecord } from "../core/record.js";
import { refreshDueAt } from "../core/refresh.js";
import { isLive } from "../core/state.js";
import { isSessionError, SessionError } from "../errors.js";
import { milliseconds, type Settings } from "../options.js";
import type { FirstPorts } from "../platform/platform.js";
import type { Grant } from "../server/convention.js";
import type { Session } from "../session.js";
import { type SessionState, snapshot, UNKNOWN } from "../session-state.js";
import type { ShellContext } from "./context.js";
import type { Engine } from "./engine.js";
import { createEmitter } from "./events.js";
import { inTime } from "./in-time.js";
import { createKernel } from "./kernel.js";
import { loadEngine } from "./load.js";
import { part } from "./part.js";

/** How long until what did not load is asked for again, in ms. */
const AGAIN = 5000;

/**
 * The part of the shell that is there from the first moment: it holds the state, looks at the record, shows what
 * they mean, and keeps the deadlines. Whatever acts is in the engine.
 */
export function createShell<User>(settings: Settings<User>, ports: FirstPorts): Session<User> {
  const { policy } = settings;
  const topic = `sojourn.${settings.name}`;
  const { on, announce, deliver } = createEmitter<User>();

  let view: SessionState<User> = UNKNOWN;
  let user: User | undefined;
  let asking = false;
  let destroyed = false;
  let starting = 0;
  /** Calls off the next try to load the engine. `undefined`: nobody has asked for the start, and there is none. */
  let stop: (() => void) | undefined;
  let engine: Engine<User> | undefined;

  const make = part(async () => {
    engine = await (await loadEngine()).createEngine(cx);
    if (destroyed) engine.destroy();
    // Whoever asked for the start was told that this takes too long, or that it failed.
    else if (stop && !starting) start().catch(() => {});
    return engine;
  });
  /** Who asks again for what takes too long waits for the same. Where the start was asked for, this asks again itself. */
  async function use(): Promise<Engine<User>> {
    if (destroyed) throw new SessionError("ERR_DESTROYED", "The session was destroyed.");
    if (!ports.page) throw new SessionError("ERR_UNSUPPORTED", "No session on a server.");
    return (
      engine ??
      inTime(ports.clock, settings.requestTimeout, make()).catch((error) => {
        if (isSessionError(error)) throw error;
        if (stop && !destroyed) {
          stop();
          stop = ports.clock.timer(AGAIN, () => use().catch(() => {}));
        }
        throw new SessionError("ERR_UNAVAILABLE", "Sojourn did not load.");
      })
    );
  }

  function perform(effect: Effect) {
    if (effect.type === "over") user = undefined;
    if (effect.type === "emit") announce(effect.event, effect.detail as never);
    // Carried out as soon as there is an engine.
    if (engine) engine.perform(effect);
    else
      use().then(
        (it) => it.perform(effect),
        // Nothing will come of it: the core decides without.
        () => effect.type === "task" && kernel.dispatch({ type: "settled", task: effect.task }),
      );
  }

  function changed() {
    if (destroyed) return;
    const next = snapshot(view, kernel.state(), policy, user, asking);
    if (next !== view) {
      view = next;
      announce("change", next);
    }
    deliver();
    engine?.settled(!starting);
  }

  const kernel = createKernel(ports.clock, policy, perform, changed);
  const disk = settings.memoryOnly ? undefined : ports.record(topic);

  /**
   * The first look: the record alone shows whether a page may show itself. Tokens are looked for by the engine, which finds
   * the storage open. Later looks are the engine's: it knows what the storage may have lost.
   */
  async function look() {
    if (!disk) return;
    const reading = inTime(ports.clock, 1000, disk.read()).catch(() => undefined);
    if (settings.tokens !== "none") return;
    const record = parseRecord(await reading);
    kernel.dispatch({ type: "record", record, origin: "other-tab", random: ports.random.number() });
  }

  const cx: ShellContext<User> = {
    ports,
    settings,
    // Servers at the edge refuse randomness while a module is loaded.
    tab: (ports.page && ports.random.id()) || "",
    topic,
    disk,
    kernel,
    announce,
    changed,
    user: () => user,
    setUser(next) {
      user = next;
      changed();
    },
    setAsking(now) {
      asking = now;
      changed();
    },
  };

  /** For what returns at once the function that takes it back. */
  function later(begin: (it: Engine<User>) => () => void): () => void {
    let end: (() => void) | undefined;
    let over = false;
    use().then(
      (it) => {
        if (!over && !destroyed) end = begin(it);
      },
      () => {},
    );
    return () => {
      over = true;
      end?.();
    };
  }

  async function start(grant?: Grant<User>): Promise<SessionState<User>> {
    if (!ports.page) return view;
    const told = kernel.moment();
    stop ??= () => {};
    starting++;
    // The record does not wait for the engine.
    const looked = engine || grant ? undefined : look();
    try {
      await (await use()).start(grant, told, looked);
    } finally {
      starting--;
    }
    changed();
    return view;
  }

  function destroy() {
    destroyed = true;
    kernel.stop();
    stop?.();
    engine?.destroy();
    disk?.close();
  }

  return {
    getState: () => view,
    subscribe(listener) {
      const end = on("change", listener);
      listener(view);
      return end;
    },
    on,
    start,
    extend: async () => (await use()).extend(),
    refresh: async () => (await use()).refresh(),
    getAccessToken: () => engine?.token() ?? use().then((it) => it.getAccessToken()),
    fetch: async (input, init) => (await use()).fetch(input, init),
    requireFresh: async (options) => (await use()).requireFresh(options),
    hold({ max = "30m", reason } = {}) {
      const end = milliseconds(max, "hold.max") + kernel.moment().now;
      return later((it) => it.hold(end, reason));
    },
    beforeEnd: (hook) => later((it) => it.beforeEnd(hook)),
    watch: (target) => later((it) => it.watch(target)),
    logout: async () => (await use()).logout(),
    timeLeft(limit) {
      const state = kernel.latest();
      if (!isLive(state)) return 0;
      const { at, most } = limit ? deadlineOf(state, policy, limit) : nearest(state, policy);
      return Math.max(0, Math.min(at - kernel.moment().now, most));
    },
    reportActivity: kernel.active,
    inspect() {
      const state = kernel.latest();
      const { record } = state;
      return {
        tab: cx.tab,
        epoch: record?.epoch ?? 0,
        sequence: record?.sequence ?? 0,
        storage: engine?.storage() ?? (disk ? "indexeddb" : "memory"),
        now: kernel.moment().now,
        lastActivityAt: state.activityAt,
        idleExpiresAt: deadlineOf(state, policy, "idle").at,
        absoluteExpiresAt: state.absoluteAt,
        accessExpiresAt: state.accessAt,
        refreshAt: refreshDueAt(state, policy),
        record,
      };
    },
    destroy,
    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: destroy,
  } as Session<User>;
}
