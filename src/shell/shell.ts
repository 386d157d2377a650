import type { Effect } from "../core/effect.js";
import { deadlineOf, nearest } from "../core/idle.js";
import { over } from "../core/record.js";
import { refreshDueAt } from "../core/refresh.js";
import { type EndReason, isLive, type Task } from "../core/state.js";
import { parseMessage } from "../core/sync.js";
import { NEVER } from "../core/time.js";
import { SessionError } from "../errors.js";
import { milliseconds, type Settings } from "../options.js";
import type { ActivityWatch, Channel, Platform } from "../platform/platform.js";
import { type Credential, memoryVault } from "../secrets/memory.js";
import type { Session } from "../session.js";
import { type SessionState, snapshot, UNKNOWN } from "../session-state.js";
import { endedError, type ShellContext } from "./context.js";
import { createEmitter } from "./events.js";
import { createHolds } from "./holds.js";
import { createHooks } from "./hooks.js";
import { createKernel } from "./kernel.js";
import type { Online } from "./online.js";
import { type Page, watchPage } from "./page.js";
import { createReplica } from "./replica.js";
import { createStore } from "./store.js";

/** Puts the parts together: feeds what happens to the core, and carries out what it decides. */
export function createShell<User>(settings: Settings<User>, platform: Platform): Session<User> {
  const { policy } = settings;
  const { clock, random } = platform;
  const topic = `sojourn.${settings.name}`;
  const tab = random.id();
  const { on, announce, deliver, clear } = createEmitter<User>();
  const hooks = createHooks(clock, policy.lastCall);
  const vault = memoryVault(settings.tokens === "memory");

  let view: SessionState<User> = UNKNOWN;
  let user: User | undefined;
  /** The server could not be asked whether anybody is signed in. */
  let asking = 0;
  let destroyed = false;
  let stored = !settings.memoryOnly;
  // Both end with the session; the second also when the page is suspended.
  let life = new AbortController();
  let work = new AbortController();
  let channel: Channel | undefined;
  let activity: ActivityWatch | undefined;
  let page: Page | undefined;
  let starting: Promise<unknown> | undefined;
  let finishing: Promise<boolean> | undefined;
  let cancelRetry = () => {};

  // -- What the core asks for

  const underWay = new Map<Task, Promise<void>>();
  function run(task: Task) {
    const done = online()
      .then((it) => it[task]())
      .catch(() => {})
      .then(() => {
        underWay.delete(task);
        kernel.dispatch({ type: "settled", task });
      });
    underWay.set(task, done);
  }

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
      case "over":
        void hooks.run(effect.reason, false);
        user = undefined;
        halt();
        if (effect.write) finishing = finish(effect.epoch, effect.reason, vault.take());
        else vault.take();
        break;
      default:
        if (effect.event === "started" || effect.event === "extended") hooks.reset();
        announce(effect.event, effect.detail as never);
    }
  }

  function halt() {
    life.abort();
    work.abort();
    life = new AbortController();
    work = new AbortController();
  }

  /** Puts an end on record, and tells: the tabs first, for nothing may make them wait; the server last. */
  async function finish(epoch: number, reason: EndReason, spent: Credential): Promise<boolean> {
    cx.post("ended", { epoch: epoch + 1, sequence: 0 }, reason);
    // What the server itself ended needs no telling.
    const told = reason === "rejected" || reason === "replaced";
    const { done, record } = await store.commit((r) => over(r, epoch, reason, told));
    cx.adopt(record);
    if (!done || !record) return true;
    cx.post("changed", record);
    return online().then(
      (it) => it.insist(record, spent),
      () => false,
    );
  }

  let looking: Promise<void> | undefined;
  let overtaken = false;
  /** Reads the record. A hint that comes meanwhile makes the reading worth nothing: it is read again. */
  function look(): Promise<void> {
    overtaken = !!looking;
    looking ??= (async () => {
      do {
        overtaken = false;
        cx.adopt(await store.read());
      } while (overtaken);
    })().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function changed() {
    if (destroyed) return;
    const next = snapshot(view, kernel.state(), policy, user, asking > 0);
    if (next !== view) {
      view = next;
      announce("change", next);
    }
    deliver();
    // Another tab signed in: the record has the facts, the server has the user.
    if (isLive(kernel.state()) && !user && !naming && !starting && policy.canName)
      naming = online()
        .then((it) => it.know())
        .catch(() => {});
    else if (!isLive(kernel.state())) naming = undefined;
  }
  let naming: Promise<unknown> | undefined;

  // -- The parts

  const kernel = createKernel(clock, policy, perform, changed);
  const known = () => kernel.state().record;
  const now = () => kernel.moment().now;
  const send = (data: unknown) => {
    try {
      channel?.post(data);
    } catch {
      // A hint that is lost is only late.
    }
  };
  const replica = createReplica(clock, tab, send, known);
  const store = createStore(clock, stored ? platform.record(topic) : replica, replica, known, () => {
    stored = false;
    announce("degraded", { part: "storage" });
    changed();
  });
  const cx: ShellContext<User> = {
    platform,
    settings,
    tab,
    topic,
    kernel,
    store,
    vault,
    announce,
    deliver,
    signal: () => work.signal,
    life: () => life.signal,
    gone,
    settled,
    async awake() {
      await page?.suspended;
      check();
    },
    post: (type, { epoch, sequence }, reason) =>
      send({ v: 1, type, epoch, sequence, sender: tab, ...(reason && { reason }) }),
    adopt(record, origin = "other-tab") {
      // A session whose tokens this tab does not hold is none here.
      if (!record?.live || vault.usable())
        kernel.dispatch({ type: "record", record, origin, random: random.number() });
    },
    setUser(next) {
      // An equal user is the same user: nothing renders again for it.
      if (JSON.stringify(next) !== JSON.stringify(user)) user = next;
      changed();
    },
  };

  let loading: Promise<Online<User>> | undefined;
  function online(): Promise<Online<User>> {
    loading ??= import("./online.js").then(
      (it) => it.createOnline(cx),
      () => {
        loading = undefined;
        throw new SessionError("ERR_UNAVAILABLE", "A part of Sojourn could not be loaded.");
      },
    );
    return loading;
  }

  // -- Before a credential is used

  function gone(): SessionError {
    const { status, reason } = kernel.state();
    if (destroyed) return new SessionError("ERR_DESTROYED", "This session object was destroyed.");
    return status === "ended"
      ? endedError(reason)
      : new SessionError("ERR_SIGNED_OUT", "Nobody is signed in, or start() was not called.");
  }
  function check() {
    if (destroyed || !isLive(kernel.state())) throw gone();
  }

  async function settled(): Promise<void> {
    if (!isLive(kernel.state())) await starting;
    await page?.suspended;
    kernel.dispatch({ type: "tick" });
    await underWay.get("verify");
    check();
  }

  // -- The page's life

  function open() {
    channel ??= platform.channel(topic, (data) => {
      if (replica.hear(data)) return;
      const message = parseMessage(data);
      if (message && message.sender !== tab) kernel.dispatch({ type: "message", message });
    });
  }
  function close() {
    work.abort();
    channel?.close();
    channel = undefined;
    store.close();
  }
  const see = () => kernel.dispatch({ type: "visible", visible: platform.lifecycle.visible() });

  function attach() {
    if (page) return;
    open();
    if (policy.idleTimeout !== NEVER) activity = platform.activity(settings.events, kernel.active);
    page = watchPage(platform, () => settings.hideOnRestore && isLive(kernel.state()), {
      suspend: close,
      /** The record first, then the page, then the server. */
      async wake() {
        work = new AbortController();
        open();
        await look();
        // Cleared meanwhile, as a sign-out does: only the server can tell.
        if (store.empty() && policy.canPeek) await (await online()).know();
        see();
        await underWay.get("verify");
        if (isLive(kernel.state()) && policy.canPeek) void online().then((it) => it.know());
      },
      looked(event) {
        see();
        if (event !== "hidden") void look();
        else if (kernel.state().unwritten) run("write");
      },
      online() {
        kernel.dispatch({ type: "online", random: random.number() });
        if (asking) void restore();
        void loading?.then((it) => it.retry());
      },
    });
    see();
  }

  /** The record shows whether somebody is signed in; the server knows, and says who. */
  async function restore(): Promise<void> {
    cancelRetry();
    const loaded = online();
    loaded.catch(() => {});
    await look();
    const answered = await loaded.then((it) => it.restore()).catch(() => false);
    asking = answered || isLive(kernel.state()) ? 0 : Math.min(asking + 1, 6);
    if (asking && !destroyed)
      cancelRetry = clock.timer(1000 * 2 ** asking * random.number(), () => void restore());
    changed();
  }

  // -- What applications call

  const usable = () => {
    if (destroyed) throw gone();
  };
  const holds = createHolds(clock, now, (until, detail) => {
    kernel.dispatch({ type: "hold", until });
    announce("hold", detail);
    deliver();
  });

  function destroy() {
    destroyed = true;
    kernel.stop();
    life.abort();
    cancelRetry();
    holds.clear();
    page?.stop();
    activity?.stop();
    close();
    vault.take();
    clear();
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
      usable();
      attach();
      const before = starting;
      const mine = (async () => {
        await (grant ? before : (before ?? restore()));
        if (grant) await (await online()).begin(grant);
      })();
      starting = mine;
      try {
        await mine;
      } finally {
        if (starting === mine) starting = undefined;
      }
      changed();
      return view;
    },
    extend: async () => (await online()).extendNow(),
    refresh: async () => (await online()).refreshNow(),
    getAccessToken: async () => (await online()).getAccessToken(),
    fetch: async (input, init) => (await online()).fetch(input, init),
    hold({ max = "30m", reason } = {}) {
      usable();
      return holds.add(milliseconds(max, "hold.max"), reason);
    },
    beforeEnd: hooks.add,
    async logout() {
      usable();
      await starting;
      if (isLive(kernel.state())) {
        await hooks.run("logout", true);
        kernel.dispatch({ type: "end", reason: "logout", origin: "this-tab" });
      }
      return finishing ?? true;
    },
    timeLeft(limit) {
      const state = kernel.state();
      if (!isLive(state)) return 0;
      const { at, most } = limit ? deadlineOf(state, policy, limit) : nearest(state, policy);
      return Math.max(0, Math.min(at - now(), most));
    },
    watch: (target) => activity?.attach(target) ?? (() => {}),
    reportActivity: kernel.active,
    inspect() {
      const state = kernel.state();
      const { activityAt, absoluteAt, accessAt, retryAt, record } = state;
      return {
        tab,
        epoch: record?.epoch ?? 0,
        sequence: record?.sequence ?? 0,
        now: now(),
        lastActivityAt: activityAt,
        idleExpiresAt: deadlineOf(state, policy, "idle").at,
        absoluteExpiresAt: absoluteAt,
        accessExpiresAt: accessAt,
        refreshAt: refreshDueAt(state, policy),
        failures: record?.failures ?? 0,
        retryAt,
        storage: stored ? "indexeddb" : "memory",
        endReason: record?.end?.reason,
      };
    },
    destroy,
    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: destroy,
  } as Session<User>;
}
