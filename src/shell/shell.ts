import type { Effect } from "../core/effect.js";
import { deadlineOf, idleTimeout, nearest } from "../core/idle.js";
import { failed, type Position } from "../core/record.js";
import { backoff, refreshDueAt } from "../core/refresh.js";
import { isLive, type Limit, type Task } from "../core/state.js";
import { parseMessage } from "../core/sync.js";
import { SessionError } from "../errors.js";
import { milliseconds, type Settings } from "../options.js";
import type { ActivityWatch, Channel, LifecycleEvent, Platform } from "../platform/platform.js";
import { memoryVault } from "../secrets/memory.js";
import { createAsk } from "../server/ask.js";
import { createFetch } from "../server/fetch.js";
import type { Session } from "../session.js";
import { type SessionState, snapshot } from "../session-state.js";
import { type Context, commit, endedError } from "./context.js";
import { createEnding } from "./ending.js";
import { createEmitter, type SessionEvents } from "./events.js";
import { createExclusive } from "./exclusive.js";
import { createHooks } from "./hooks.js";
import { createInertSession } from "./inert.js";
import { createKeepAlive } from "./keepalive.js";
import { createKernel } from "./kernel.js";
import { createRefresher } from "./refresh.js";
import { createReplica } from "./replica.js";
import { createRestore } from "./restore.js";
import { createStore } from "./store.js";
import { verify } from "./verify.js";

/** Puts the parts together: feeds what happens to the core, and carries out what it decides. */
export function createShell<User>(settings: Settings<User>, platform: Platform | undefined): Session<User> {
  if (!platform) return createInertSession();
  const { policy, convention } = settings;
  const { clock } = platform;
  const topic = `sojourn.${settings.name}`;
  const tab = platform.random.id();
  const emitter = createEmitter<User>();
  const hooks = createHooks(clock, policy.lastCall);
  const vault = memoryVault(settings.tokens === "memory");

  let view: SessionState<User> = Object.freeze({ status: "unknown", connection: "ok" });
  let user: User | undefined;
  /** The server could not be asked whether anybody is signed in. */
  let asking = false;
  let destroyed = false;
  let degraded = settings.memoryOnly;

  // Aborted at the end of a session, and the narrower one also when the page is suspended.
  let session = new AbortController();
  let work = new AbortController();
  let channel: Channel | undefined;
  let activity: ActivityWatch | undefined;
  let unwatch = () => {};
  /** While the page is suspended, and until the record was read after that. */
  let suspended: Promise<void> | undefined;
  let resume = () => {};
  const underWay = new Map<Task, Promise<void>>();

  // -- Events: after the state is in place, in order, and never while another is being delivered.

  const pending: (() => void)[] = [];
  let delivering = false;
  function announce<E extends keyof SessionEvents<User>>(event: E, detail: SessionEvents<User>[E]) {
    pending.push(() => emitter.emit(event, detail));
  }
  function deliver() {
    const next = snapshot(view, kernel.state(), policy, user, asking);
    if (next !== view) {
      view = next;
      announce("change", next);
    }
    if (delivering) return;
    delivering = true;
    for (let tell = pending.shift(); tell; tell = pending.shift()) tell();
    delivering = false;
  }

  // -- What the core asks for

  function perform(effect: Effect) {
    switch (effect.type) {
      case "look":
        void look();
        break;
      case "task":
        run(effect.task);
        break;
      case "last-call":
        void hooks.run(effect.reason, true);
        break;
      case "over": {
        void hooks.run(effect.reason, false);
        const spent = vault.take();
        user = undefined;
        stop(new AbortController());
        if (effect.write) finishing = ending.finish(effect.epoch, effect.reason, spent);
        break;
      }
      default:
        if (effect.event === "started" || effect.event === "extended") hooks.reset();
        announce(effect.event, effect.detail as never);
    }
  }

  let finishing: Promise<boolean> = Promise.resolve(true);
  function stop(next: AbortController) {
    session.abort();
    work.abort();
    session = next;
    work = new AbortController();
  }

  const tasks: Record<Task, () => Promise<unknown>> = {
    verify: () => verify(cx),
    write: () => keepAlive.write(),
    refresh: () => refresher.refresh(),
    async peek() {
      if (await restorer.peek()) return;
      const { wall } = kernel.moment();
      await commit(cx, (r) => failed(r, r as Position, { wall, random: platform.random.number() }));
    },
  };
  function run(task: Task) {
    // Later, not here: the decision that asked for it is not finished.
    const done = Promise.resolve()
      .then(tasks[task])
      .catch(() => {})
      .then(() => {
        underWay.delete(task);
        kernel.dispatch({ type: "settled", task });
      });
    underWay.set(task, done);
  }

  let looking: Promise<void> | undefined;
  let again = false;
  /** Reads the record. A hint that comes meanwhile makes the reading worth nothing: it is read again. */
  function look(): Promise<void> {
    again = !!looking;
    looking ??= (async () => {
      do {
        again = false;
        cx.adopt(await store.read());
      } while (again);
    })().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  // -- The parts

  const kernel = createKernel(clock, policy, perform, () => {
    if (!destroyed) deliver();
    // Another tab signed in: this one has the facts, the server has the user.
    if (isLive(kernel.state()) && user === undefined && !knowing && !starting && convention.peek)
      knowing = know();
  });
  let knowing: Promise<unknown> | undefined;
  const know = () =>
    Promise.resolve()
      .then(() => isLive(kernel.state()) && restorer.peek())
      .then((known) => {
        // Where the server does not name a user, asking again will not help.
        if (!known || user !== undefined) knowing = undefined;
      });
  const known = () => kernel.state().record;
  const post = (data: unknown) => {
    try {
      channel?.post(data);
    } catch {
      // A hint that is lost is only late.
    }
  };
  const replica = createReplica(clock, tab, post, known);
  const store = createStore(
    clock,
    settings.memoryOnly ? replica : platform.record(topic),
    replica,
    known,
    () => {
      degraded = true;
      announce("degraded", { part: "storage" });
    },
  );
  const ask = createAsk(convention, platform, vault, settings.requestTimeout, kernel.moment);
  const cx: Context<User> = {
    platform,
    settings,
    tab,
    kernel,
    store,
    vault,
    ask,
    exclusive: createExclusive(platform, topic, () => kernel.moment().now),
    signal: () => work.signal,
    async awake() {
      await suspended;
      check();
    },
    post: (type, { epoch, sequence }, reason) =>
      post({ v: 1, type, epoch, sequence, sender: tab, ...(reason && { reason }) }),
    adopt: (record, origin = "other-tab") =>
      kernel.dispatch({ type: "record", record, origin, random: platform.random.number() }),
    setUser(next) {
      // An equal user is the same user: nothing re-renders for it.
      if (JSON.stringify(next) !== JSON.stringify(user)) user = next;
      deliver();
    },
  };
  const ending = createEnding(cx);
  const restorer = createRestore(cx, ending);
  const refresher = createRefresher(cx);
  const keepAlive = createKeepAlive(cx);

  // -- Before a credential is used

  function gone(): SessionError {
    const state = kernel.state();
    if (destroyed) return new SessionError("ERR_DESTROYED", "This session object was destroyed.");
    return state.status === "ended"
      ? endedError(state.reason)
      : new SessionError("ERR_SIGNED_OUT", "Nobody is signed in, or start() was not called.");
  }
  function check() {
    if (destroyed || !isLive(kernel.state())) throw gone();
  }
  const position = (): Position => {
    const { epoch = 0, sequence = 0 } = kernel.state().record ?? {};
    return { epoch, sequence };
  };

  /** Resolves when requests may go out: every deadline was looked at, nothing is pending, the credential is valid. */
  async function ready(): Promise<Position> {
    if (!isLive(kernel.state())) await starting;
    await suspended;
    kernel.dispatch({ type: "tick" });
    await underWay.get("verify");
    check();
    if (policy.canRefresh && kernel.moment().now >= kernel.state().accessAt) await refresher.refresh();
    return position();
  }

  const authenticated = createFetch(platform, settings, vault, {
    ready,
    signal: () => session.signal,
    gone,
    refresh: async (refused) => {
      if (policy.canRefresh) return refresher.refresh(refused);
      // Whoever cannot refresh can ask whether the session is still there.
      if (convention.peek) await restorer.peek();
      check();
    },
    stepUp(challenge) {
      announce("stepUp", challenge);
      deliver();
    },
  });

  // -- The page's life

  function receive(data: unknown) {
    if (replica.hear(data)) return;
    const message = parseMessage(data);
    if (message && message.sender !== tab) kernel.dispatch({ type: "message", message });
  }

  function happened(event: LifecycleEvent) {
    switch (event) {
      case "suspend":
        // Nothing may be open or held: it would cost the page its place in the cache, or the other tabs their turn.
        suspended ??= new Promise((resolve) => {
          resume = resolve;
        });
        work.abort();
        channel?.close();
        channel = undefined;
        store.close();
        if (settings.hideOnRestore && isLive(kernel.state())) platform?.lifecycle.curtain(true);
        break;
      case "restore":
        void wake();
        break;
      case "online":
        kernel.dispatch({ type: "online", random: platform?.random.number() ?? 0 });
        if (asking) void restore();
        ending.retry();
        break;
      default:
        if (suspended) break;
        kernel.dispatch({ type: "visible", visible: !!platform?.lifecycle.visible() });
        if (event === "hidden") {
          if (kernel.state().unwritten) run("write");
        } else void look();
    }
  }

  /** The record first, then the page, then the server. */
  async function wake() {
    if (!suspended) return;
    work = new AbortController();
    open();
    await look();
    // Cleared meanwhile, as a sign-out does: only the server can tell.
    if (store.empty() && policy.canPeek) await restorer.peek();
    kernel.dispatch({ type: "visible", visible: !!platform?.lifecycle.visible() });
    await underWay.get("verify");
    suspended = undefined;
    resume();
    platform?.lifecycle.curtain(false);
    if (isLive(kernel.state()) && policy.canPeek) await restorer.peek();
  }

  function open() {
    channel ??= platform?.channel(topic, receive);
  }

  function attach() {
    if (channel || suspended) return;
    open();
    unwatch = platform?.lifecycle.watch(happened) ?? unwatch;
    if (policy.idleTimeout !== Number.POSITIVE_INFINITY)
      activity = platform?.activity(settings.events, () => kernel.active());
    kernel.dispatch({ type: "visible", visible: !!platform?.lifecycle.visible() });
  }

  let starting: Promise<unknown> | undefined;
  let failures = 0;
  let cancelRetry = () => {};
  async function restore(): Promise<void> {
    cancelRetry();
    asking = !(await restorer.restore().catch(() => false)) && !isLive(kernel.state());
    failures = asking ? failures + 1 : 0;
    if (asking && !destroyed)
      cancelRetry = clock.timer(backoff(failures, platform?.random.number() ?? 1), () => void restore());
    deliver();
  }

  // -- What applications call

  const alive = () => {
    if (destroyed) throw gone();
  };
  const holds = new Map<object, { until: number; end: () => void }>();
  const held = () => Math.max(0, ...[...holds.values()].map((it) => it.until));

  function destroy() {
    if (destroyed) return;
    destroyed = true;
    kernel.stop();
    stop(new AbortController());
    session.abort();
    work.abort();
    cancelRetry();
    for (const { end } of holds.values()) end();
    unwatch();
    activity?.stop();
    channel?.close();
    channel = undefined;
    store.close();
    vault.take();
    if (suspended) platform?.lifecycle.curtain(false);
    resume();
    emitter.clear();
  }

  return {
    getState: () => view,
    subscribe(run) {
      const end = emitter.on("change", run);
      run(view);
      return end;
    },
    on: emitter.on,
    async start(grant) {
      alive();
      attach();
      const before = starting;
      const mine = (async () => {
        if (grant) {
          await before;
          await restorer.begin(grant);
        } else await (before ?? restore());
      })();
      starting = mine;
      try {
        await mine;
      } finally {
        if (starting === mine) starting = undefined;
      }
      deliver();
      return view;
    },
    async extend() {
      alive();
      await ready();
      await keepAlive.extend();
    },
    async refresh() {
      alive();
      if (!policy.canRefresh) throw new SessionError("ERR_UNSUPPORTED", "This server has no refresh.");
      await ready();
      await refresher.refresh();
    },
    async getAccessToken() {
      await ready();
      const { accessToken } = vault.read();
      if (accessToken) return accessToken;
      throw new SessionError(
        "ERR_NO_CREDENTIAL",
        "This tab holds no access token; cookie sessions never do.",
      );
    },
    fetch: authenticated,
    hold({ max = "30m", reason } = {}) {
      alive();
      const key = {};
      const ms = milliseconds(max, "hold.max");
      const change = (active: boolean, until: number) => {
        kernel.dispatch({ type: "hold", until: held() });
        announce("hold", { active, reason, until });
        deliver();
      };
      const release = () => {
        const mine = holds.get(key);
        if (!mine) return;
        mine.end();
        holds.delete(key);
        change(false, kernel.moment().now);
      };
      const until = kernel.moment().now + ms;
      holds.set(key, { until, end: clock.timer(ms, release) });
      change(true, until);
      return release;
    },
    beforeEnd: hooks.add,
    async logout() {
      alive();
      await starting;
      if (isLive(kernel.state())) {
        await hooks.run("logout", true);
        kernel.dispatch({ type: "end", reason: "logout", origin: "this-tab" });
      }
      return finishing;
    },
    timeLeft(limit) {
      const state = kernel.state();
      if (!isLive(state)) return 0;
      const { now } = kernel.moment();
      const { record } = state;
      const left = (which: Limit) => {
        const most =
          which === "idle"
            ? idleTimeout(state, policy)
            : (record?.absoluteAt ?? 0) - (record?.startedAt ?? 0);
        return Math.max(0, Math.min(deadlineOf(state, policy, which).at - now, most));
      };
      return left(limit ?? nearest(state, policy).limit);
    },
    watch: (target) => activity?.attach(target) ?? (() => {}),
    reportActivity: () => kernel.active(),
    inspect() {
      const state = kernel.state();
      const { activityAt, absoluteAt, accessAt, retryAt, record } = state;
      return {
        tab,
        epoch: record?.epoch ?? 0,
        sequence: record?.sequence ?? 0,
        now: kernel.moment().now,
        lastActivityAt: activityAt,
        idleExpiresAt: deadlineOf(state, policy, "idle").at,
        absoluteExpiresAt: absoluteAt,
        accessExpiresAt: accessAt,
        refreshAt: refreshDueAt(state, policy),
        failures: record?.failures ?? 0,
        retryAt,
        storage: degraded ? "memory" : "indexeddb",
        endReason: record?.end?.reason,
      };
    },
    destroy,
    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: destroy,
  } as Session<User>;
}
