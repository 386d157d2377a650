import type { Effect } from "../core/effect.js";
import { deadlineOf, nearest } from "../core/idle.js";
import { refreshDueAt } from "../core/refresh.js";
import { isLive } from "../core/state.js";
import { SessionError, type SessionErrorCode } from "../errors.js";
import { milliseconds, type Settings } from "../options.js";
import type { FirstPorts } from "../platform/platform.js";
import type { Session } from "../session.js";
import { type SessionState, snapshot, UNKNOWN } from "../session-state.js";
import type { ShellContext } from "./context.js";
import type { Engine } from "./engine.js";
import { createEmitter } from "./events.js";
import { createKernel } from "./kernel.js";
import { loadEngine } from "./load.js";
import { createStore, inTime } from "./store.js";

function alike(a: unknown, b: unknown): boolean {
  try {
    return JSON.stringify(a) === JSON.stringify(b);
  } catch {
    return false;
  }
}

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
  let engine: Engine<User> | undefined;
  let loading: Promise<Engine<User>> | undefined;

  function load(): Promise<Engine<User>> {
    loading ??= inTime(ports.clock, settings.requestTimeout, loadEngine()).then(
      ({ createEngine }) => {
        engine = createEngine(cx);
        return engine;
      },
      () => {
        loading = undefined;
        throw new SessionError("ERR_UNAVAILABLE", "A part of Sojourn could not be loaded.");
      },
    );
    return loading;
  }

  /** Carries out an effect, as soon as there is an engine. */
  function act(effect: Effect) {
    if (engine) engine.perform(effect);
    else
      load().then(
        (it) => it.perform(effect),
        // Nothing will come of it: the core decides without.
        () => effect.type === "task" && kernel.dispatch({ type: "settled", task: effect.task }),
      );
  }
  function perform(effect: Effect) {
    if (effect.type === "look") return void look();
    if (effect.type === "over") user = undefined;
    if (effect.type === "emit") announce(effect.event, effect.detail as never);
    act(effect);
  }

  function changed() {
    if (destroyed) return;
    const next = snapshot(view, kernel.state(), policy, user, asking);
    if (next !== view) {
      view = next;
      announce("change", next);
    }
    deliver();
    if (user === undefined && isLive(kernel.state())) engine?.name();
  }

  const kernel = createKernel(ports.clock, policy, perform, changed);
  const store = createStore(
    ports.clock,
    settings.memoryOnly ? undefined : ports.record(topic),
    async () => (await load()).replica(),
    () => kernel.state().record,
    () => {
      announce("degraded", { part: "storage" });
      changed();
    },
  );

  let looking: Promise<void> | undefined;
  let overtaken = false;
  /** A hint that comes while the record is read makes the reading worth nothing: it is read again. */
  function look(): Promise<void> {
    overtaken = !!looking;
    looking ??= (async () => {
      do {
        overtaken = false;
        cx.adopt(await store.read().catch(() => undefined));
      } while (overtaken);
      looking = undefined;
    })();
    return looking;
  }

  const cx: ShellContext<User> = {
    ports,
    settings,
    tab: ports.random.id(),
    topic,
    kernel,
    store,
    look,
    announce,
    changed,
    adopt(record, origin = "other-tab") {
      // A session whose tokens this tab does not hold is none here.
      if (record?.live && settings.tokens !== "none" && !engine?.usable(record.epoch)) {
        const known = kernel.state().record;
        if (known && known.epoch < record.epoch)
          kernel.dispatch({ type: "end", reason: "replaced", origin: "other-tab" });
        return;
      }
      kernel.dispatch({ type: "record", record, origin, random: ports.random.number() });
    },
    user: () => user,
    setUser(next) {
      // An equal user is the same user: nothing renders again for it.
      if (!alike(next, user)) user = next;
      changed();
    },
    setAsking(now) {
      asking = now;
      changed();
    },
  };

  const refuse = (code: SessionErrorCode, message: string) => Promise.reject(new SessionError(code, message));
  function use(): Promise<Engine<User>> {
    if (destroyed) return refuse("ERR_DESTROYED", "This session object was destroyed.");
    return ports.page ? load() : refuse("ERR_UNSUPPORTED", "There is no session on a server.");
  }
  /** For what returns at once the function that takes it back. */
  function later(begin: (it: Engine<User>) => () => void): () => void {
    let end: (() => void) | undefined;
    let over = false;
    use().then(
      (it) => {
        if (!over) end = begin(it);
      },
      () => {},
    );
    return () => {
      over = true;
      end?.();
    };
  }

  function destroy() {
    destroyed = true;
    kernel.stop();
    loading?.then(
      (it) => it.destroy(),
      () => {},
    );
    store.close();
  }

  return {
    getState: () => view,
    subscribe(listener) {
      const end = on("change", listener);
      listener(view);
      return end;
    },
    on,
    async start(grant) {
      if (!ports.page) return view;
      const loaded = use();
      // The record does not wait for the engine, nor a failure for the record.
      await Promise.all([loaded, grant || look()]);
      await (await loaded).start(grant);
      changed();
      return view;
    },
    extend: async () => (await use()).extend(),
    refresh: async () => (await use()).refresh(),
    getAccessToken: () => engine?.token() ?? use().then((it) => it.getAccessToken()),
    fetch: async (input, init) => (await use()).fetch(input, init),
    hold({ max = "30m", reason } = {}) {
      const ms = milliseconds(max, "hold.max");
      return later((it) => it.hold(ms, reason));
    },
    beforeEnd: (hook) => later((it) => it.beforeEnd(hook)),
    watch: (target) => later((it) => it.watch(target)),
    logout: async () => (await use()).logout(),
    timeLeft(limit) {
      const state = kernel.state();
      if (!isLive(state)) return 0;
      const { at, most } = limit ? deadlineOf(state, policy, limit) : nearest(state, policy);
      return Math.max(0, Math.min(at - kernel.moment().now, most));
    },
    reportActivity: kernel.active,
    inspect() {
      const state = kernel.state();
      const { activityAt, absoluteAt, accessAt, record } = state;
      return {
        tab: cx.tab,
        epoch: record?.epoch ?? 0,
        sequence: record?.sequence ?? 0,
        storage: store.kind(),
        now: kernel.moment().now,
        lastActivityAt: activityAt,
        idleExpiresAt: deadlineOf(state, policy, "idle").at,
        absoluteExpiresAt: absoluteAt,
        accessExpiresAt: accessAt,
        refreshAt: refreshDueAt(state, policy),
        record,
      };
    },
    destroy,
    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: destroy,
  } as Session<User>;
}
