import type { LockPort, SessionState } from "sojourn";
import { isSessionError } from "sojourn";
import { expect, test } from "vitest";
import {
  alone,
  HOUR,
  keysOf,
  MINUTE,
  noLocks,
  outcome,
  recordOf,
  SECOND,
  showing,
  shows,
  signedIn,
  takenOverInVain,
} from "./support.js";

/** How long a waiter waits for the holder: one and a half times the time limit of a request. */
const PATIENCE = 15 * SECOND;

test("F10 I-live the holder is frozen while it refreshes: the others are served within their patience, by one theft", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const { world, tabs } = await signedIn(10, { seed });
    const [holder, ...others] = tabs;
    world.network.next("/refresh", { delay: 5 * SECOND });
    holder.session.refresh().catch(() => {});
    await world.advance(SECOND);
    expect(world.locks.query().held).toMatchObject([{ tab: holder.name }]);
    holder.freeze({ silent: true });

    const asked = world.now;
    await world.run(Promise.all(others.map((tab) => tab.session.refresh())));
    expect(world.now - asked).toBeLessThan(PATIENCE + 2 * SECOND);
    expect(world.locks.steals).toBe(1);
    const sent = world.network.sent("/refresh");
    expect(sent).toHaveLength(2);
    expect(new Set(keysOf(sent)).size).toBe(1);
    expect(world.server.metrics).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });

    const before = recordOf(world);
    holder.resume();
    await world.advance(5 * SECOND);
    expect(recordOf(world)).toEqual(before);
    for (const tab of tabs) expect(tab.session.inspect().sequence).toBe(1);
    expect(showing(tabs)).toEqual(["active"]);
  }
});

test("I-fence cookies: a late reply says nothing of those with which another tab went on, though that had no luck", async () => {
  const { world, tabs } = await signedIn(2, {}, noLocks);
  const [frozen, other] = tabs;
  await takenOverInVain(world, [frozen, other], "/refresh");
  expect(recordOf(world)?.sequence).toBe(0);
  await world.advance(10 * SECOND);
  expect(recordOf(world)?.sequence).toBe(1);
  expect(new Set(keysOf(world.network.sent("/refresh"))).size).toBe(1);
});

test("F20 I-single a waiter stands still between its decision to steal the lock and the theft: it robs nobody who has begun since", async () => {
  const { world, tabs } = await signedIn(3);
  const [holder, waiter, other] = tabs;
  world.network.next("/refresh", { delay: 5 * SECOND });
  holder.session.refresh().catch(() => {});
  await world.advance(SECOND);
  holder.freeze({ silent: true });
  waiter.session.refresh().catch(() => {});
  while (recordOf(world)?.intent?.attempt !== 2) await world.step();
  waiter.freeze({ silent: true });
  other.session.refresh().catch(() => {});
  world.network.next("/refresh", { delay: 5 * SECOND });
  while (world.locks.steals < 1) await world.step();
  await world.advance(SECOND);
  waiter.resume();
  await world.advance(10 * SECOND);
  expect(world.locks.steals).toBe(1);
  expect(recordOf(world)?.sequence).toBe(1);
});

test("F8 I-single a holder that was robbed commits nothing, whatever its late reply says", async () => {
  for (const late of [
    { body: { user: { id: "ada" }, accessExpiresIn: 9999 } },
    { status: 401, body: { error: "invalid_grant", reason: "revoked" } },
    { status: 503, body: { error: "busy" } },
  ]) {
    const { world, tabs } = await signedIn(2);
    const [robbed, thief] = tabs;
    world.network.next("/refresh", { answer: late });
    robbed.session.refresh().catch(() => {});
    while (!world.network.sent("/refresh").length) await world.step();
    robbed.freeze({ silent: true });
    await world.run(thief.session.refresh());
    const before = recordOf(world);
    robbed.resume();
    await world.advance(5 * SECOND);
    expect(recordOf(world)).toEqual(before);
    expect(before.sequence).toBe(1);
    expect(showing(tabs)).toEqual(["active"]);
  }
});

test("F8 I-single a tab that was frozen between the grant of the lock and the request sends nothing when it thaws", async () => {
  const { world, tabs } = await signedIn(2);
  const [frozen, other] = tabs;
  frozen.session.refresh().catch(() => {});
  while (!world.locks.query().held.length) await world.step();
  expect(world.network.sent("/refresh")).toEqual([]);
  frozen.freeze({ silent: true });
  await world.run(other.session.refresh());
  expect(world.network.sent("/refresh").map((request) => request.tab)).toEqual([other.name]);
  frozen.resume();
  await world.advance(5 * SECOND);
  expect(world.network.sent("/refresh")).toHaveLength(1);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0, replays: 0 });
  expect(showing(tabs)).toEqual(["active"]);
});

test("F8 a tab that was frozen after it had claimed the refresh sends nothing when it thaws", async () => {
  const { world, tabs } = await signedIn(2);
  const [frozen, other] = tabs;
  frozen.session.refresh().catch(() => {});
  while (!recordOf(world).intent) await world.step();
  expect(world.network.sent("/refresh")).toEqual([]);
  frozen.freeze({ silent: true });
  await world.run(other.session.refresh());
  frozen.resume();
  await world.advance(5 * SECOND);
  expect(world.network.sent("/refresh").map((request) => request.tab)).toEqual([other.name]);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0, replays: 0 });
});

test.each([true, false])(
  "F20 I-single the machine sleeps over a refresh that others wait for: whoever goes on with it is not robbed (clock stops: %s)",
  async (clockStopsInSleep) => {
    for (let seed = 1; seed <= 10; seed++)
      for (const slept of [20 * SECOND, 50 * SECOND]) {
        const { world, tabs } = await signedIn(5, { seed, clockStopsInSleep });
        // Some tabs fall asleep before anything was sent, others while the reply is on its way.
        world.network.next("/refresh", { delay: 3 * SECOND });
        const calls = tabs.map((tab) => outcome(tab.session.refresh()));
        await world.advance(seed % 2 ? 1 : SECOND);
        const before = world.network.sent("/refresh").length;
        await world.sleep(slept);
        await world.run(Promise.all(calls), 10 * SECOND);
        expect(world.locks.steals).toBe(0);
        const sent = world.network.sent("/refresh");
        expect(sent.length - before).toBe(1);
        expect(new Set(keysOf(sent)).size).toBe(1);
        expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
        expect(tabs.map((tab) => tab.session.inspect().sequence)).toEqual([1, 1, 1, 1, 1]);
        expect(showing(tabs)).toEqual(["active"]);
      }
  },
);

test("F10 I-live the holder is frozen and the others are hidden, where timers are late every time: they are served all the same", async () => {
  const { world, tabs } = await signedIn(3, { server: { idle: HOUR } });
  const [holder, ...others] = tabs;
  world.network.next("/refresh", { delay: 5 * SECOND });
  holder.session.refresh().catch(() => {});
  await world.advance(SECOND);
  holder.freeze({ silent: true });
  for (const tab of others) {
    tab.hide();
    tab.throttle(MINUTE);
  }
  await world.run(Promise.all(others.map((tab) => tab.session.refresh())), 5 * MINUTE);
  expect(world.locks.steals).toBe(1);
  expect(world.server.metrics).toMatchObject({ reuses: 0 });
  for (const tab of others) expect(tab.session.inspect().sequence).toBe(1);
});

test("F10 a frozen waiter is granted the lock and does not hold up the rest for ever", async () => {
  const { world, tabs } = await signedIn(3);
  const [holder, waiter, last] = tabs;
  world.network.next("/refresh", { answer: { status: 503, body: { error: "busy" } } });
  const calls = [holder.session.refresh(), waiter.session.refresh()];
  for (const call of calls) call.catch(() => {});
  while (!world.locks.query().pending.length) await world.step();
  waiter.freeze({ silent: true });
  await world.advance(SECOND);
  expect(world.locks.query().held).toMatchObject([{ tab: waiter.name }]);
  await world.advance(2 * SECOND);
  await world.run(last.session.refresh(), PATIENCE + 5 * SECOND);
  waiter.resume();
  await world.advance(5 * SECOND);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
});

test("F10 a holder that crashes or is closed frees the lock at once", async () => {
  for (const end of ["crash", "close"] as const) {
    const { world, tabs } = await signedIn(2);
    world.network.next("/refresh", "hang");
    tabs[0].session.refresh().catch(() => {});
    await world.advance(SECOND);
    tabs[0][end]();
    const asked = world.now;
    await world.run(tabs[1].session.refresh());
    expect(world.now - asked).toBeLessThan(SECOND);
    expect(world.locks.steals).toBe(0);
    expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  }
});

test("F10 I25 a holder that is told that it freezes gives the lock away at once", async () => {
  const { world, tabs } = await signedIn(2);
  world.network.next("/refresh", "hang");
  tabs[0].session.refresh().catch(() => {});
  await world.advance(SECOND);
  tabs[0].freeze();
  const asked = world.now;
  await world.run(tabs[1].session.refresh());
  expect(world.now - asked).toBeLessThan(SECOND);
  expect(tabs[0].usage()).toMatchObject({ locksHeld: 0, locksPending: 0, channels: 0, storage: 0 });
});

test("F5 I-live a lock that is never granted: every call settles in bounded time with a typed error", async () => {
  const never: LockPort = (_name, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  const { world, tab } = await alone({}, { browser: (usual) => ({ ...usual, lock: never }) });
  await world.sleep(10 * MINUTE);
  const codes = await world.run(
    Promise.all([
      outcome(tab.session.refresh()),
      outcome(tab.session.fetch("/api/news")),
      outcome(tab.session.getAccessToken()),
    ]),
    2 * MINUTE,
  );
  for (const code of codes) expect(code).toMatch(/^ERR_(TIMEOUT|UNAVAILABLE|NO_CREDENTIAL)$/);
  expect(await world.run(tab.session.logout(), MINUTE)).toBe(true);
  expect(shows(tab)).toBe("ended logout");
});

test("F5 I-live a server that never answers: every call settles in bounded time", async () => {
  const { world, tabs } = await signedIn(3);
  world.network.trouble = () => "hang";
  await world.sleep(6 * MINUTE);
  const calls = tabs.flatMap(({ session }) => [
    outcome(session.refresh()),
    outcome(session.getAccessToken()),
    outcome(session.extend()),
  ]);
  await world.run(Promise.all(calls), 2 * MINUTE);
  const reloaded = tabs[0].reload();
  const state = await world.run(reloaded.session.start(), MINUTE);
  expect(state).toMatchObject({ status: "active" });
  expect(await world.run(reloaded.session.logout(), MINUTE)).toBe(false);
});

test("F6 listeners and hooks that call the session again get through, whatever they call", async () => {
  const { world, tabs } = await signedIn(2, { server: { idle: HOUR } });
  const [tab] = tabs;
  const calls: Promise<unknown>[] = [];
  const call = () => {
    const { session } = tab;
    calls.push(
      outcome(session.refresh()),
      outcome(session.fetch("/api/news")),
      outcome(session.extend()),
      outcome(session.getAccessToken()),
      session.start(),
    );
    session.hold({ max: SECOND })();
    session.getState();
  };
  const inside: SessionState[] = [];
  for (const event of ["refreshed", "retrying", "recovered", "extended", "warning"] as const)
    tab.session.on(event, call);
  const stop = tab.session.subscribe((state) => {
    if (inside.push(state) < 20) calls.push(outcome(tab.session.refresh()));
  });
  world.network.next("/refresh", { answer: { status: 503, body: { error: "busy" } } });
  await world.advance(6 * MINUTE);
  stop();
  expect(calls.length).toBeGreaterThan(5);
  await world.run(Promise.all(calls), 2 * MINUTE);

  tab.session.beforeEnd(async () => {
    await tab.session.fetch("/api/draft", { method: "POST", body: "work" });
  });
  tab.session.on("ended", () => calls.push(tab.session.logout(), outcome(tab.session.refresh())));
  await world.run(tab.session.logout(), MINUTE);
  await world.run(Promise.all(calls), 2 * MINUTE);
  expect(world.network.sent("/api/draft")).toMatchObject([{ outcome: 200, body: "work" }]);
  expect(showing(tabs)).toEqual(["ended logout"]);
});

test("F6 a listener that throws is reported, and the others still hear", async () => {
  const { world, tab } = await alone();
  const reported: unknown[] = [];
  const { reportError } = globalThis;
  globalThis.reportError = (error: unknown) => void reported.push(error);
  try {
    const heard: string[] = [];
    tab.session.on("refreshed", () => {
      throw new Error("of the application");
    });
    tab.session.on("refreshed", () => heard.push("refreshed"));
    await world.run(tab.session.refresh());
    expect(heard).toEqual(["refreshed"]);
    expect(reported).toEqual([new Error("of the application")]);
  } finally {
    globalThis.reportError = reportError;
  }
});

test("F9 whatever goes wrong, callers get a typed error or the fault of their own request, never a raw AbortError", async () => {
  for (const event of ["logout", "freeze", "destroy", "steal", "revoke", "idle"] as const) {
    const { world, tabs } = await signedIn(2, { server: { access: 2 * MINUTE } });
    const [tab, other] = tabs;
    await world.advance(3 * MINUTE);
    world.network.trouble = ({ path }) => (path === "/logout" ? undefined : { delay: 4 * SECOND });
    const errors: unknown[] = [];
    for (const call of [
      tab.session.refresh(),
      tab.session.extend(),
      tab.session.getAccessToken(),
      tab.session.start(),
    ])
      call.catch((error) => errors.push(error));
    tab.session.fetch("/api/news").catch((error) => {
      // The network's own fault, as `fetch` tells it.
      if (event !== "idle" || !(error instanceof TypeError)) errors.push(error);
    });
    await world.advance(SECOND);
    if (event === "logout") await world.run(other.session.logout());
    if (event === "freeze") tab.freeze();
    if (event === "destroy") tab.session.destroy();
    if (event === "revoke") world.server.revoke();
    if (event === "idle") await world.sleep(20 * MINUTE);
    if (event === "steal")
      void tab.platform.lock?.("sojourn.default", { steal: true }, async () => {}).catch(() => {});
    await world.advance(MINUTE);
    if (event === "freeze") tab.resume();
    await world.advance(2 * MINUTE);
    for (const error of errors) expect(error, event).toSatisfy(isSessionError);
  }
});

test("F11 without Web Locks tabs keep apart by the record: still one refresh, and nobody is signed out", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const { world, tabs } = await signedIn(10, { seed }, noLocks);
    await world.advance(9 * MINUTE);
    expect(world.server.metrics).toMatchObject({ refreshes: 2, reuses: 0 });
    await world.run(Promise.all(tabs.map((tab) => tab.session.refresh())));
    expect(world.server.metrics).toMatchObject({ refreshes: 3, reuses: 0 });
    expect(showing(tabs)).toEqual(["active"]);
  }
});

test("F11 I-single without Web Locks a touch that fails in one tab does not call off the refresh of another", async () => {
  const { world, tabs } = await signedIn(2, {}, noLocks);
  await world.advance(2 * MINUTE);
  world.network.next("/refresh", { delay: 8 * SECOND });
  const refreshed = tabs[0].session.refresh();
  await world.advance(100);
  world.network.next("/session/touch", { answer: { status: 503, body: { error: "busy" } } });
  tabs[1].activity();
  await world.advance(5 * SECOND);
  expect(world.network.sent("/session/touch")[0].outcome).toBe(503);
  expect(world.network.sent("/refresh")).toHaveLength(1);
  await world.run(refreshed);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, replays: 0, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
});

test("F11 without Web Locks a refresh that dies with its tab is taken over", async () => {
  const { world, tabs } = await signedIn(3, {}, noLocks);
  world.network.next("/refresh", "hang");
  tabs[0].session.refresh().catch(() => {});
  await world.advance(SECOND);
  tabs[0].crash();
  await world.run(tabs[1].session.refresh(), MINUTE);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing(tabs.slice(1))).toEqual(["active"]);
});

test("F36 locks that are refused (a sandboxed frame) are locks that are missing", async () => {
  const refused: LockPort = () => Promise.reject(new DOMException("denied", "SecurityError"));
  const { world, tab } = await alone({}, { browser: (usual) => ({ ...usual, lock: refused }) });
  await world.advance(10 * MINUTE);
  expect(world.server.metrics.refreshes).toBe(2);
  await world.run(tab.session.refresh());
  expect(shows(tab)).toBe("active");
});

test("F38 the start of a session asks the server once", async () => {
  const { world, tab } = await alone();
  const newcomer = world.tab();
  const asked = world.network.log.length;
  await world.run(newcomer.session.start());
  await world.advance(5 * SECOND);
  expect(world.network.log.slice(asked).map((request) => request.path)).toEqual(["/session"]);
  const again = tab.reload();
  await world.run(again.session.start());
  await world.advance(5 * SECOND);
  expect(world.network.log.length - asked).toBe(2);
});

test("F42 starting again and again changes nothing, and asks the server once", async () => {
  const { world, tab } = await alone();
  const newcomer = world.tab();
  const asked = world.network.log.length;
  const states = await world.run(
    Promise.all([newcomer.session.start(), newcomer.session.start(), newcomer.session.start()]),
  );
  expect(new Set(states).size).toBe(1);
  expect(states[0]).toMatchObject({ status: "active", user: { id: "ada" } });
  await world.advance(SECOND);
  expect(world.network.log.length - asked).toBe(1);
  await world.run(newcomer.session.start());
  await world.advance(SECOND);
  expect(newcomer.usage()).toEqual(tab.usage());
  expect(newcomer.usage()).toMatchObject({ channels: 1, activity: 1, lifecycle: 1, timers: 1 });
});

test("F42 whichever tab dies, the others go on refreshing: there is no leader", async () => {
  const { world, tabs } = await signedIn(5, { server: { idle: 3 * HOUR } });
  for (const tab of tabs.slice(0, 4)) {
    await world.advance(10 * MINUTE);
    tab.crash();
  }
  const before = world.server.metrics.refreshes;
  await world.advance(20 * MINUTE);
  expect(world.server.metrics.refreshes - before).toBeGreaterThanOrEqual(4);
  expect(shows(tabs[4])).toBe("active");
});

test("F8 a tab that is robbed before it has heard that it was granted does not begin, and does not take locks for missing", async () => {
  const { world, tabs } = await signedIn(2);
  const [robbed, thief] = tabs;
  const degraded: unknown[] = [];
  robbed.session.on("degraded", (detail) => degraded.push(detail));
  // The news of the grant is slower than that of the theft.
  world.locks.delay = [40, 40];
  const call = robbed.session.refresh();
  while (!world.locks.query().held.length) await world.step();
  world.locks.delay = 0;
  const stolen = thief.platform.lock?.("sojourn.default", { steal: true }, async () => "stolen");
  await world.run(stolen as Promise<string>);
  await world.run(call);
  await world.advance(SECOND);
  expect(degraded).toEqual([]);
  expect(world.network.sent("/refresh")).toHaveLength(1);
  expect(showing(tabs)).toEqual(["active"]);
});

test("I-single F8 tabs that slept while one of them held the lock do not rob one another when they are awake", async () => {
  const { world, tabs } = await signedIn(4, { server: { idle: 24 * HOUR } });
  world.network.trouble = ({ path }) => (path === "/refresh" ? "hang" : undefined);
  const calls = tabs.map((tab) => outcome(tab.session.refresh()));
  while (!world.network.inFlight.length) await world.step();
  await world.advance(500);
  // A little longer than a waiter waits: too short to be seen as a sleep by its length alone.
  await world.sleep(14.8 * SECOND);
  world.network.trouble = undefined;
  world.network.delay = 50;
  await world.run(Promise.all(calls));
  await world.advance(MINUTE);
  expect(world.locks.thefts).toEqual([]);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
});
