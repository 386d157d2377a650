import type { SharedRecord } from "../../src/core/record.js";
import { SessionError } from "../../src/errors.js";
import type { Platform } from "../../src/platform/platform.js";
import type { Grant } from "../../src/server/convention.js";
import { bff, readBffSession } from "../../src/server/presets/index.js";
import { pause } from "../../src/shell/pause.js";
import type { Chance } from "../../src/testing/chance.js";
import type { Machine } from "../../src/testing/machine.js";
import type { FakeUser } from "../../src/testing/server.js";
import type { TabOptions } from "../../src/testing/tab.js";
import { EVENTS } from "../session/events.js";
import type { Coverage } from "./coverage.js";
import { createCustody } from "./custody.js";
import type { Oracle } from "./oracle/oracle.js";
import { type Action, ELSEWHERE, type Setting } from "./schedule.js";
import { type Call, gone, isLive, recordOf, type Seat, shows, userOf } from "./seat.js";

/** Opens tabs, does to them what a schedule says, and tells the oracle what can be seen of it. */
export interface Stage {
  seat(name: string): Seat | undefined;
  /** Returns whether it could be done. */
  perform(action: Action, seat: Seat | undefined): boolean;
  beforeSleep(): void;
  afterSleep(): void;
  /** Everything runs, is on the screen and online. */
  heal(): void;
  /** Callers in every tab ask for something. */
  ask(): void;
  countTimers(): void;
  /** After every event. */
  look(): void;
  /** A body is being read. */
  busy(): boolean;
}

const NAME = "sojourn.default";
/** No tab calls itself more often: listeners that call for ever are an application's fault. */
const MOST_REENTRIES = 8;

const never = () => Promise.reject(new DOMException("Locks are not allowed here.", "SecurityError"));

/** A record in a line of the story. */
function told(record: SharedRecord): string {
  const { epoch, sequence, live, intent, failures, end, activityAt, touchedAt, idleTimeout } = record;
  const seconds = (at: number) => (at / 1000 - epoch).toFixed(1);
  const parts = [
    `${epoch}.${sequence}`,
    live && `active at ${seconds(activityAt)}, told at ${seconds(touchedAt)}, limit ${idleTimeout.toFixed()}`,
    !live && `ended ${end?.reason}${end?.confirmed ? "" : ", to be told"}`,
    intent && `attempt ${intent.attempt} ${intent.tab ? "under way" : "has failed"}`,
    failures && `${failures} failures`,
  ];
  return parts.filter(Boolean).join(", ");
}

export function createStage(
  machine: Machine,
  setting: Setting,
  seats: Seat[],
  oracle: Oracle,
  coverage: Coverage,
  chance: Chance,
): Stage {
  const { timeline, trace } = machine;
  const byName = new Map<string, Seat>();
  const now = () => timeline.now;
  const custody = createCustody(machine, setting, seats, oracle, chance.fork("custody"));
  const abroad = chance.fork("abroad");
  const thaw = chance.fork("thaw");
  const slow = chance.fork("loading");
  let reading = 0;

  function optionsOf(seat: () => Seat): TabOptions<FakeUser> {
    const { server, ownIdle, ownAbsolute, requestTimeout, storage } = setting;
    const limit = (timeout: number | undefined) =>
      timeout === undefined ? {} : { timeout, warning: timeout / 2, allowShortWarning: true };
    return {
      ...(server === "bff" && { server: bff<FakeUser>() as never }),
      ...(server === "refresh" && { refresh: "/refresh" }),
      ...custody.options(seat),
      idle: limit(ownIdle),
      absolute: limit(ownAbsolute),
      requestTimeout,
      storage,
      browser(bare): Platform {
        const browser = watched(seat, { ...bare, ...custody.browser(seat, bare) });
        return setting.loading ? lately(seat, browser) : browser;
      },
    };
  }

  /** A browser to which the part of a session that acts comes late, or not at all, once. */
  function lately(seat: () => Seat, browser: Platform) {
    const { clock, lifecycle } = browser;
    let failed = false;
    return {
      ...browser,
      async loaded() {
        await pause(clock, slow.within([0, setting.loading]));
        const fails = slow.happens(0.1) && !failed;
        failed ||= fails;
        trace(`${seat().name} ${fails ? "cannot load" : "has loaded"} the session`);
        if (fails) throw new TypeError("Failed to fetch dynamically imported module");
      },
      lifecycle: {
        ...lifecycle,
        watch(listener: Parameters<typeof lifecycle.watch>[0]) {
          // Until now it owed as much as one that stands still.
          if (!seat().loaded) go(seat());
          seat().loaded = true;
          return lifecycle.watch(listener);
        },
      },
    };
  }

  /** A browser, and what it has of what the setting says. */
  function watched(seat: () => Seat, usual: Platform): Platform {
    const { locks, channel } = setting;
    return {
      ...usual,
      clock: {
        wall: usual.clock.wall,
        mono: usual.clock.mono,
        timer: (ms, run) =>
          usual.clock.timer(ms, () => {
            seat().timers++;
            run();
          }),
      },
      lock: locks === "there" ? usual.lock : locks === "missing" ? undefined : never,
      channel:
        channel === "there"
          ? usual.channel
          : () => {
              throw new DOMException("No channel here.", "SecurityError");
            },
      record(name) {
        const port = usual.record(name);
        return {
          read: port.read,
          close: port.close,
          update: (change, beside) =>
            port.update((stored) => {
              const next = change(stored);
              oracle.wrote(seat(), stored as SharedRecord, next as SharedRecord);
              if (next !== stored) machine.trace(`${seat().name} writes ${told(next as SharedRecord)}`);
              return next;
            }, beside),
        };
      },
    };
  }

  function open(): Seat {
    const number = seats.length + 1;
    const seat: Seat = {
      name: `tab ${number}`,
      number,
      tab: machine.open<FakeUser>(optionsOf(() => seat)),
      state: { status: "unknown", connection: "ok" },
      since: now(),
      liveSince: undefined,
      prefix: undefined,
      marker: undefined,
      started: false,
      loaded: !setting.loading,
      destroyed: false,
      runningSince: now(),
      stoppedAt: Number.POSITIVE_INFINITY,
      ran: 0,
      cached: false,
      suspended: false,
      suspendedAt: Number.POSITIVE_INFINITY,
      cameBackAt: 0,
      throttledSince: undefined,
      sleptUntil: Number.NEGATIVE_INFINITY,
      onlineAt: Number.NEGATIVE_INFINITY,
      timers: 0,
      reentries: 0,
      holds: [],
    };
    seats.push(seat);
    byName.set(seat.name, seat);
    listen(seat);
    start(seat);
    return seat;
  }

  function listen(seat: Seat) {
    const { session } = seat.tab;
    const own = chance.fork(seat.name);
    const react = () => {
      if (!setting.reentrant || seat.reentries >= MOST_REENTRIES || !own.happens(0.3)) return;
      seat.reentries++;
      answer(seat, own);
    };
    session.subscribe((state) => {
      const before = seat.state;
      if (state === before) return;
      const was = isLive(seat);
      seat.state = state;
      seat.since = now();
      if (isLive(seat) || was) {
        // Also of an end: a new sign-in by the same user shows no change.
        const record = recordOf(seat);
        seat.prefix = record?.prefix;
        seat.marker = record?.marker;
      }
      if (!isLive(seat)) seat.liveSince = undefined;
      else if (!was) seat.liveSince = now();
      trace(`${seat.name} shows ${shows(seat)}`);
      oracle.shown(seat, before);
      react();
    });
    for (const name of EVENTS)
      session.on(name, (detail: unknown) => {
        oracle.event(seat, name, detail);
        react();
      });
    if (setting.reentrant && own.happens(0.5)) {
      // One hook in four never comes back.
      const stuck = own.happens(0.25);
      session.beforeEnd(() => {
        trace(`${seat.name} saves work`);
        return stuck ? new Promise(() => {}) : fetch(seat);
      });
    }
  }

  /** What an application's listener may do. */
  function answer(seat: Seat, own: Chance) {
    const does = own.pick([token, refresh, extend, fetch, start, signOut, start, fetch, destroy]);
    trace(`${seat.name}: a listener calls the session (${does.name})`);
    coverage.count("listener calls", seat, machine);
    void does(seat);
  }

  function call(seat: Seat, name: Call["name"], run: () => Promise<unknown>): Promise<unknown> {
    const made: Call = {
      seat,
      name,
      at: now(),
      ranBefore: seat.ran + (seat.tab.life === "running" ? now() - seat.runningSince : 0),
      settledAt: undefined,
      value: undefined,
      error: undefined,
    };
    trace(`${seat.name} calls ${name}`);
    oracle.called(made);
    const settled = (value: unknown, error: unknown) => {
      made.settledAt = now();
      made.value = value;
      made.error = error;
      const how = error === undefined ? "done" : error instanceof SessionError ? error.code : String(error);
      trace(`${seat.name}: ${name} → ${how}`);
      oracle.settled(made);
    };
    let promise: Promise<unknown>;
    try {
      promise = run();
    } catch (error) {
      promise = Promise.reject(new Error(`thrown, not rejected: ${error}`));
    }
    return promise.then(
      (value) => settled(value, undefined),
      (error) => settled(undefined, error ?? new Error("rejected with nothing")),
    );
  }

  function start(seat: Seat) {
    seat.started = true;
    return call(seat, "start", () => seat.tab.session.start());
  }
  function token(seat: Seat) {
    return call(seat, "token", () => seat.tab.session.getAccessToken());
  }
  function refresh(seat: Seat) {
    return call(seat, "refresh", () => seat.tab.session.refresh());
  }
  function extend(seat: Seat) {
    return call(seat, "extend", () => seat.tab.session.extend());
  }
  function signOut(seat: Seat) {
    return call(seat, "logout", () => seat.tab.session.logout());
  }
  function fetch(seat: Seat) {
    return call(seat, "fetch", async () => {
      if (setting.tokens !== "none" && abroad.happens(0.1)) {
        // Another origin, with which the session has nothing to do.
        const reply = await seat.tab.session.fetch(`${ELSEWHERE}/api/notes`);
        return { abroad: reply.status };
      }
      const reply = await seat.tab.session.fetch("/api/notes");
      reading++;
      const text = await reply.text().finally(() => reading--);
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch {
        // Something on the way answered.
      }
      return { status: reply.status, body };
    });
  }
  function destroy(seat: Seat) {
    seat.destroyed = true;
    seat.stoppedAt = now();
    seat.tab.session.destroy();
  }

  /** The application's own sign-in: it asks the server, and tells the session what was granted. */
  async function signIn(seat: Seat, username: string) {
    let grant: Grant<FakeUser>;
    if (setting.tokens !== "none") grant = custody.signIn(username);
    else
      try {
        const reply = await seat.tab.platform.fetch(
          new Request("https://app.test/login", {
            method: "POST",
            headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
            body: JSON.stringify({ username }),
          }),
        );
        const body = JSON.parse(await reply.text());
        if (reply.status !== 200) return;
        grant = readBffSession<FakeUser>(body);
      } catch {
        trace(`${seat.name}: the sign-in failed`);
        return;
      }
    if (!gone(seat)) await call(seat, "signIn", () => seat.tab.session.start(grant));
  }

  function stop(seat: Seat) {
    seat.stoppedAt = now();
    seat.ran += now() - seat.runningSince;
  }
  function go(seat: Seat) {
    seat.runningSince = now();
  }
  function resume(seat: Seat, what: "resume" | "restore"): boolean {
    if (seat.tab.life !== "frozen") return false;
    go(seat);
    if (seat.suspended) seat.cameBackAt = now();
    seat.suspended = false;
    // A frozen tab in the background may be woken there; what the user comes back to is seen.
    if (what === "resume" && !seat.cached && thaw.happens(0.5)) seat.tab.resume();
    else seat.tab.restore();
    seat.cached = false;
    return true;
  }
  function freeze(seat: Seat, how: "freeze" | "freezeSilently" | "bfcache"): boolean {
    if (seat.tab.life !== "running") return false;
    stop(seat);
    // Nobody listens for that yet in a page whose session is still loading.
    seat.suspended = how !== "freezeSilently" && seat.loaded;
    if (seat.suspended) seat.suspendedAt = now();
    seat.cached = how === "bfcache";
    if (seat.cached) seat.tab.bfcache();
    else seat.tab.freeze({ silent: how === "freezeSilently" });
    return true;
  }
  function connect(seat: Seat) {
    seat.onlineAt = now();
    seat.tab.setOffline(false);
  }
  function leave(seat: Seat, how: "crash" | "close") {
    if (seat.tab.life === "running") stop(seat);
    seat.tab[how]();
  }

  function forgeRecord(kind: string) {
    const record = machine.disk.read(NAME) as SharedRecord | undefined;
    const write = (value: unknown) => machine.disk.write(NAME, value);
    switch (kind) {
      case "null":
        return write(null);
      case "text":
        return write("record");
      case "array":
        return write([record]);
      case "otherVersion":
        return write({ ...record, v: 2 });
      case "negative":
        return write({ ...record, epoch: -3, sequence: -1 });
      case "noEnd":
        return write({ ...record, live: false, end: null });
      case "longPrefix":
        return write({ ...record, prefix: "x".repeat(300) });
      case "ended":
        return (
          record?.live &&
          write({
            ...record,
            epoch: record.epoch + 1,
            sequence: 0,
            live: false,
            intent: null,
            end: { reason: "idle", confirmed: true },
          })
        );
      case "older":
        return record?.live && write({ ...record, epoch: Math.max(0, record.epoch - 2) });
      default:
        return record?.live && write({ ...record, epoch: record.epoch + 1000 });
    }
  }

  function forgeMessage(what: Action["what"], kind: string) {
    const epoch = Math.max(0, ...seats.map((it) => recordOf(it)?.epoch ?? 0));
    const post = (data: unknown) => machine.hub.post(NAME, data);
    const message = { v: 1, type: "ended", epoch: epoch + 1, sequence: 0, sender: "x", reason: "logout" };
    if (what === "otherVersion") {
      // An older one and a newer one, by turns.
      const v = epoch % 2 ? 0 : 2;
      post({ ...message, v });
      return post({ ...message, v, type: "changed", epoch });
    }
    if (what === "forgedNews") {
      const record = seats.map(recordOf).find((it) => it?.epoch === epoch);
      const { sequence = 0 } = record ?? {};
      const news = { v: 1, type: "changed", epoch, sequence, sender: "x" };
      if (kind === "refreshed") return post({ ...news, sequence: sequence + 1 });
      if (kind === "next") return post({ ...news, epoch: epoch + 1, sequence: 0 });
      if (kind === "far") return post({ ...news, epoch: epoch + 50, sequence: 7 });
      return (
        record && post({ v: 1, type: "facts", sender: "x", record: { ...record, sequence: sequence + 1 } })
      );
    }
    if (what === "forgedEnd")
      return post({
        ...message,
        epoch: kind === "next" ? epoch + 1 : kind === "older" ? epoch - 1 : epoch + 50,
      });
    switch (kind) {
      case "null":
        return post(null);
      case "number":
        return post(42);
      case "emptyObject":
        return post({});
      case "noEpoch":
        return post({ ...message, epoch: "1" });
      case "badReason":
        return post({ ...message, reason: "because" });
      case "unknownType":
        return post({ ...message, type: "goodbye" });
      default:
        return post({ v: 1, type: "facts", sender: "x", record: { v: 1, live: "yes" } });
    }
  }

  function perform({ what, with: more, tab: number }: Action, seat: Seat | undefined): boolean {
    if (what === "open") {
      trace("(a tab is opened)");
      open();
      return true;
    }
    if (!seat) return false;
    const { tab } = seat;
    const running = tab.life === "running";
    switch (what) {
      case "stepClock":
        machine.stepClock(Number(more));
        return true;
      case "clearDisk":
        trace("the storage is cleared");
        machine.disk.clear();
        return true;
      case "badRecord":
      case "forgedRecord":
        trace(`somebody writes to the storage (${more})`);
        forgeRecord(String(more));
        return true;
      case "nonsense":
      case "otherVersion":
      case "forgedEnd":
      case "forgedNews":
        forgeMessage(what, String(more));
        return true;
      case "replay":
        trace(`somebody repeats what was said (${more})`);
        custody.replay(String(more));
        return true;
      case "slow":
        trace(`the next refresh is slow (${more} ms)`);
        machine.network.next(setting.server === "oauth2" ? "/token" : "/refresh", { delay: Number(more) });
        return true;
      case "revoke":
        trace("the server revokes all sessions");
        machine.server.revoke();
        return true;
      case "resume":
      case "restore":
        return resume(seat, what);
      case "crash":
      case "close":
        leave(seat, what);
        return true;
      case "reload":
        leave(seat, "close");
        open();
        return true;
      case "duplicate":
        open();
        return true;
      case "stepTabClock":
        tab.stepClock(Number(more));
        return true;
      case "throttle":
        tab.throttle(Number(more));
        seat.throttledSince ??= now();
        return true;
      case "unthrottle":
        tab.throttle(0);
        return true;
      case "offline":
        tab.setOffline(true);
        return true;
      case "online":
        connect(seat);
        return true;
      default:
    }
    void number;
    if (!running) return false;
    switch (what) {
      case "freeze":
      case "freezeSilently":
      case "bfcache":
        return freeze(seat, what);
      case "act":
        tab.activity();
        return true;
      case "hide":
        tab.hide();
        return true;
      case "show":
        tab.show();
        return true;
      case "focus":
        tab.focus();
        return true;
      case "signIn":
        if (isLive(seat) && userOf(seat) !== more) coverage.count("another user", seat, machine);
        void signIn(seat, String(more));
        return true;
      case "signOut":
        void signOut(seat);
        return true;
      case "start":
        void start(seat);
        return true;
      case "token":
        void token(seat);
        return true;
      case "fetch":
        void fetch(seat);
        return true;
      case "refresh":
        void refresh(seat);
        return true;
      case "extend":
        void extend(seat);
        return true;
      case "hold":
        seat.holds.push(tab.session.hold({ max: Number(more) }));
        return true;
      case "release":
        seat.holds.pop()?.();
        return true;
      case "destroy":
        trace(`${seat.name} is destroyed`);
        destroy(seat);
        return true;
      default:
        return false;
    }
  }

  return {
    seat: (name) => byName.get(name),
    perform,
    beforeSleep() {
      for (const seat of seats) if (seat.tab.life === "running") stop(seat);
    },
    afterSleep() {
      for (const seat of seats) {
        if (seat.tab.life === "running") go(seat);
        // The clock of one that stands still has stood still as well.
        seat.sleptUntil = now();
      }
    },
    heal() {
      for (const seat of seats) {
        if (gone(seat)) continue;
        resume(seat, "restore");
        seat.tab.throttle(0);
        connect(seat);
        if (!seat.tab.visible) seat.tab.show();
      }
    },
    ask() {
      for (const seat of seats) {
        if (gone(seat) || !isLive(seat)) continue;
        void refresh(seat);
        void fetch(seat);
        if (setting.server === "oauth2") void token(seat);
      }
    },
    countTimers() {
      for (const seat of seats) seat.timers = 0;
    },
    look: custody.look,
    busy: () => reading > 0,
  };
}
