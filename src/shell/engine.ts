import type { Effect } from "../core/effect.js";
import { nearest } from "../core/idle.js";
import { parseMessage } from "../core/message.js";
import { LAST_CALL } from "../core/policy.js";
import type { Position, SharedRecord } from "../core/record.js";
import { isLive } from "../core/state.js";
import { type Moment, NEVER } from "../core/time.js";
import { development } from "../development.js";
import { SessionError } from "../errors.js";
import type { Settings } from "../options.js";
import { ACTIVITY_EVENTS } from "../platform/activity.js";
import { browser } from "../platform/browser.js";
import type { Platform } from "../platform/platform.js";
import { openVault } from "../secrets/open.js";
import { createAsk } from "../server/ask.js";
import type { Grant } from "../server/convention.js";
import { conventionOf } from "../server/endpoint.js";
import { createFetch } from "../server/fetch.js";
import { createTransport } from "../server/transport.js";
import { type Context, commit, endedError, isSpent, type ShellContext } from "./context.js";
import { createEnding } from "./ending.js";
import { createExclusive } from "./exclusive.js";
import { createFreshness } from "./fresh.js";
import { createHolds } from "./holds.js";
import { createHooks, type EndHook } from "./hooks.js";
import { createIntake } from "./intake.js";
import { createKeepAlive } from "./keepalive.js";
import { createMessenger } from "./messenger.js";
import { begun, configured, finished, watchPolling, withDates } from "./mistakes.js";
import { createNaming } from "./naming.js";
import { type Page, watchPage } from "./page.js";
import { pause } from "./pause.js";
import { createRefresher } from "./refresh.js";
import { createReplica } from "./replica.js";
import { createRestore } from "./restore.js";
import { createStore } from "./store.js";
import { offerTap } from "./tap.js";
import { createTasks } from "./tasks.js";
import { verify } from "./verify.js";
import { createWatching } from "./watching.js";

function alike(a: unknown, b: unknown): boolean {
  try {
    return JSON.stringify(a) === JSON.stringify(b);
  } catch {
    return false;
  }
}

export type Engine<User> = Awaited<ReturnType<typeof createEngine<User>>>;

/**
 * The part of the shell that acts: it carries out what the core asks for, talks to the server and to the other tabs,
 * and follows the page's life. It is loaded at the start of a session, beside the first look at the record; what a
 * page needs to know whether it may show itself does not wait for it.
 */
export async function createEngine<User>(shell: ShellContext<User>) {
  const { ports, settings, kernel, disk, tab, topic, announce, changed } = shell;
  const platform = "fetch" in ports ? (ports as Platform) : browser(ports);
  const { clock, random, lifecycle } = platform;
  const { policy } = settings;
  const hooks = createHooks(clock, LAST_CALL);
  const convention = conventionOf(settings);
  const live = () => isLive(kernel.state());
  const now = () => kernel.moment().now;

  // Both end with the session; the second also when the page is suspended.
  let life = new AbortController();
  let work = new AbortController();
  let page: Page | undefined;
  let starting: Promise<unknown> | undefined;
  let signingIn = false;
  let finishing: Promise<boolean> | undefined;
  let destroyed = false;

  const messenger = createMessenger(platform, topic, hear, () => announce("degraded", { part: "channel" }));
  const known = () => kernel.state().record;
  const vault = await openVault(settings.tokens, {
    platform,
    disk,
    tab,
    settings: settings as Settings<never>,
    bound: !!convention.proof,
    moment: kernel.moment,
    position: known,
    post: messenger.send,
    look: () => void intake.look(),
    degraded: () => announce("degraded", { part: "crypto" }),
  });
  // A worker that has the tokens proves it, too.
  const proof = vault.ask ? undefined : convention.proof;
  const replica = createReplica(clock, tab, messenger.send, known);
  const degraded = () => {
    announce("degraded", { part: "storage" });
    changed();
  };
  const store = createStore(clock, disk, replica, known, degraded, vault.beside);

  const intake = createIntake(shell, clock, store, vault, () => work.signal);
  const { look } = intake;

  function gone(): SessionError {
    const { status, reason } = kernel.state();
    if (destroyed) return new SessionError("ERR_DESTROYED", "The session was destroyed.");
    return status === "ended"
      ? endedError(reason)
      : new SessionError("ERR_SIGNED_OUT", "Nobody is signed in, or start() was not called.");
  }
  async function awake() {
    await page?.suspended;
    if (destroyed || !live()) throw gone();
  }

  const cx: Context<User> = {
    ...shell,
    platform,
    convention,
    proof,
    store,
    vault,
    ...intake,
    setUser(user) {
      // An equal user is the same user: nothing renders again for it.
      if (!alike(user, shell.user())) shell.setUser(user);
    },
    ask:
      vault.ask ??
      createAsk(
        convention,
        development ? withDates(platform, settings.name) : platform,
        { holds: vault.holds, read: () => vault.read(known()) },
        settings,
        kernel.moment,
      ),
    exclusive: createExclusive(platform, topic, now, () => announce("degraded", { part: "lock" })),
    live,
    goesOn: (epoch) => live() && known()?.epoch === epoch,
    signal: () => work.signal,
    awake,
    post(type, { epoch, sequence }, reason) {
      const message = { v: 1, type, epoch, sequence, sender: tab, ...(reason && { reason }) };
      messenger.post(message);
    },
  };
  const ending = createEnding(cx);
  const restore = createRestore(cx, ending);
  const keepAlive = createKeepAlive(cx, restore);
  const naming = createNaming(cx, restore);
  const { refresh, underWay: refreshing } = createRefresher(cx, restore);
  const freshness = createFreshness(shell, { settled, gone });

  // -- What the core asks for

  const { run, underWay } = createTasks(kernel, {
    verify: () => verify(cx, restore),
    write: keepAlive.write,
    refresh: () => refresh().catch(rest),
    peek: restore.peek,
  });

  /** Without a token to ask with: asking again soon changes nothing, and at the expiry it is over. */
  async function rest(error: unknown) {
    if (!isSpent(error)) return;
    const ms = Math.max(0, Math.min(kernel.state().accessAt - now(), 60_000));
    await pause(clock, ms, life.signal);
  }

  function halt() {
    life.abort();
    work.abort();
    life = new AbortController();
    work = new AbortController();
  }

  function perform(effect: Effect) {
    switch (effect.type) {
      case "look":
        return void look();
      case "task":
        return run(effect.task);
      case "last-call":
        return void hooks.run(effect.reason, true);
      case "over": {
        const { epoch, reason, write } = effect;
        void hooks.run(reason, false);
        halt();
        // Who was replaced leaves the key to whoever came.
        const last = write && reason !== "replaced";
        const spent = vault.take(epoch, last);
        proof?.end(last);
        if (write) finishing = ending.finish(epoch, reason, spent);
        return;
      }
      case "emit":
        if (effect.event === "started" || effect.event === "extended") hooks.reset();
    }
  }

  // -- Before a credential is used

  /** Resolves when a live session has nothing pending and every deadline was looked at. */
  async function settled(): Promise<void> {
    if (!live()) await starting;
    await page?.suspended;
    kernel.dispatch({ type: "tick" });
    await underWay.get("verify");
    await awake();
  }

  /** Resolves when requests may go out, with the position of the credential that they carry. */
  async function ready(): Promise<Position> {
    await settled();
    const expired = policy.canRefresh && now() >= kernel.state().accessAt;
    if (expired) await refresh();
    const record = known() as SharedRecord;
    const missing = !vault.has(record);
    // Another tab has refreshed: it has the token, or nobody has it any more.
    if (missing && !(await vault.find(record)) && policy.canRefresh) await refresh(record);
    // It may have ended meanwhile, or its time may be up.
    if (expired || missing) await settled();
    return known() as SharedRecord;
  }

  // -- The page's life

  function hear(data: unknown) {
    vault.hear(data);
    const heard = replica.hear(data);
    if (heard) void intake.doubt(heard.record, restore.know);
    const message = heard ? undefined : parseMessage(data);
    if (!message || message.sender === tab) return;
    kernel.dispatch({ type: "message", message });
    // Of a session that is on the disk, which this tab does without.
    if (!message.reason && store.kind() === "memory" && intake.ahead(message)) replica.ask(message.sender);
  }
  function close() {
    work.abort();
    messenger.close();
    store.close();
  }
  const see = () => kernel.dispatch({ type: "visible", visible: lifecycle.visible() });

  function attach() {
    if (destroyed) throw gone();
    if (page) return;
    if (!platform.lock) announce("degraded", { part: "lock" });
    proof?.watch(() => {
      announce("degraded", { part: "key" });
      changed();
    });
    messenger.open();
    if (policy.idleTimeout !== NEVER) watching.start();
    // Also one that is about to show a session: it may have ended by then.
    page = watchPage(lifecycle, () => settings.hideOnRestore && (live() || !!starting), {
      suspend: close,
      /** The record first, then the page, then the server. */
      async wake() {
        work = new AbortController();
        const behind = store.open();
        messenger.open();
        await look();
        // What was known to memory only, such as an end, is put on record.
        if (behind && known()) await commit(cx, (r) => r);
        // Cleared meanwhile, as a sign-out does: only the server can tell.
        if (store.empty() && policy.canPeek) await restore.know();
        see();
        if (kernel.state().busy.verify && !underWay.has("verify")) run("verify");
        await underWay.get("verify");
        if (live() && policy.canPeek) void restore.know();
      },
      looked(event) {
        see();
        if (event !== "hidden") void look();
        else if (kernel.state().unwritten) run("write");
        return underWay.get("verify");
      },
      online() {
        kernel.dispatch({ type: "online", random: random.number() });
        naming.retry();
        restore.retry();
        ending.retry();
      },
    });
    see();
  }

  offerTap(kernel, policy);

  const watching = createWatching(() => platform.activity(settings.events ?? ACTIVITY_EVENTS, kernel.active));
  const holds = createHolds(clock, now, (until, detail) => {
    kernel.dispatch({ type: "hold", until });
    announce("hold", detail);
    changed();
  });

  if (development) configured(settings, convention);
  const polled = development && convention.peekSlides && watchPolling(settings, kernel);

  return {
    perform,
    storage: store.kind,

    /** Something may have changed. `begun`: no start is under way. */
    settled(begun: boolean) {
      freshness.look();
      if (begun && !starting && live() && shell.user() === undefined && !known()?.failures) naming.ask();
    },

    /** `told`: when it was called. The engine may have come later. */
    async start(grant: Grant<User> | undefined, told: Moment, looked?: Promise<void>): Promise<void> {
      attach();
      if (development) begun(settings, ports, tab);
      if (polled && !grant) polled();
      store.open();
      const before = starting;
      const mine = (async () => {
        await looked;
        await (grant ? before : (before ?? restore.restore()));
        if (grant) await restore.begin(grant, told);
      })();
      starting = mine;
      signingIn ||= !!grant;
      try {
        await mine;
      } finally {
        if (starting === mine) {
          starting = undefined;
          signingIn = false;
        }
      }
    },
    async extend(): Promise<void> {
      await ready();
      await keepAlive.extend();
    },
    async refresh(): Promise<void> {
      if (!policy.canRefresh) throw new SessionError("ERR_UNSUPPORTED", "This server has no refresh.");
      await settled();
      await refresh();
    },
    /** The access token, if nothing needs to be awaited for it. */
    token(): Promise<string> | undefined {
      const state = kernel.state();
      const { accessToken } = vault.read(state.record);
      const valid = accessToken && live() && !page?.suspended && !destroyed;
      return valid && now() < Math.min(state.accessAt, nearest(state, policy).at)
        ? Promise.resolve(accessToken)
        : undefined;
    },
    async getAccessToken(): Promise<string> {
      await ready();
      const { accessToken } = vault.read(known());
      if (accessToken) return accessToken;
      throw new SessionError(
        "ERR_NO_CREDENTIAL",
        "This tab holds no access token; cookie sessions never do.",
      );
    },
    fetch: createFetch(
      platform,
      settings,
      vault,
      vault.transport ?? createTransport(platform, vault, proof),
      {
        ready,
        live,
        gone,
        signal: () => life.signal,
        async refresh(refused) {
          if (policy.canRefresh) return refresh(refused);
          // Who cannot refresh can ask whether the session is still there.
          if (convention.peek) await restore.know();
          await awake();
        },
        stepUp: freshness.stepUp,
      },
    ),
    requireFresh: freshness.require,
    hold: holds.add,
    beforeEnd: (hook: EndHook) => hooks.add(hook),
    watch: watching.watch,
    async logout(): Promise<boolean> {
      // Who has not started does not know what is to end. The record does, mostly, and sooner than the server.
      if (!page) this.start(undefined, kernel.moment()).catch(() => {});
      if (!live()) await look();
      // What is on show ends at once. A sign-in under way ends when it is one; why it is none, its caller is told.
      if (!live() || signingIn) await starting?.catch(() => {});
      if (live()) {
        await hooks.run("logout", true);
        kernel.dispatch({ type: "end", reason: "logout", origin: "this-tab" });
      }
      // It is on record then, and no token is left on the disk, also where the server is not told.
      const told = await (finishing ?? kernel.state().status !== "unknown");
      return !!convention.end && told;
    },
    destroy() {
      destroyed = true;
      if (development) finished(settings, ports, tab);
      life.abort();
      holds.clear();
      freshness.stop();
      restore.stop();
      page?.stop();
      watching.stop();
      work.abort();
      vault.close();
      // Who has signed out, or has just been refused, has still to say that it is on record.
      void Promise.allSettled([finishing, refreshing(), ...underWay.values()]).then(close);
    },
  };
}
