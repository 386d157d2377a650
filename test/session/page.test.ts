import { createSession } from "sojourn";
import { bff } from "sojourn/presets";
import { createWorld, type Tab, type World } from "sojourn/testing";
import { describe, expect, test } from "vitest";
import {
  alone,
  eventsOf,
  HOUR,
  LASTING,
  MINUTE,
  outcome,
  recordOf,
  SECOND,
  showing,
  shows,
  signedIn,
  work,
} from "./support.js";

const lasting = { server: LASTING };

test("F30 the back button: the page is hidden until the record was read, and shows nothing after a sign-out", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const [tab, other] = tabs;
  tab.bfcache();
  await world.run(other.session.logout());
  other.close();
  tab.restore();
  expect(tab.curtain).toBe(true);
  while (tab.curtain) await world.step();
  expect(shows(tab)).toBe("ended logout");
});

test("F30 the back button with the session alive: the page is shown again, with its user, and verified", async () => {
  const { world, tab } = await alone(lasting);
  const before = tab.session.getState();
  const events = eventsOf(tab);
  tab.bfcache();
  await world.advance(MINUTE);
  tab.restore();
  const peeks = world.server.metrics.peeks;
  await world.advance(SECOND);
  expect(tab.curtain).toBe(false);
  expect(tab.session.getState()).toBe(before);
  expect(events).toEqual([]);
  expect(world.server.metrics.peeks - peeks).toBe(1);
  tab.activity();
  await world.advance(2 * MINUTE);
  expect(tab.usage()).toMatchObject({ channels: 1, storage: 1, activity: 1, lifecycle: 1 });
});

test("F30 the back button when the storage is gone: the server is asked before the page is shown", async () => {
  const { world, tab } = await alone(lasting);
  tab.bfcache();
  world.disk.clear();
  world.server.revoke();
  tab.restore();
  while (tab.curtain) await world.step();
  expect(shows(tab)).toMatch(/^ended/);
});

test("F30 the page is shown within a bounded time, whatever does not answer", async () => {
  const { world, tab } = await alone(lasting);
  tab.bfcache();
  world.disk.trouble = () => "hang";
  world.network.trouble = () => "hang";
  tab.restore();
  await world.advance(15 * SECOND);
  expect(tab.curtain).toBe(false);
  expect(shows(tab)).toBe("active");
});

describe("I1 F30 a hidden tab whose timers are held back over the idle limit, when it is seen again,", () => {
  async function seenAgain(tabOptions = {}, meanwhile = async (_world: World, _tab: Tab) => {}) {
    const { world, tab } = await alone(lasting, tabOptions);
    tab.hide();
    tab.throttle(HOUR);
    await world.advance(10 * MINUTE);
    await meanwhile(world, tab);
    await world.advance(6 * MINUTE);
    expect(shows(tab)).toBe("active");
    tab.throttle(0);
    tab.show();
    return { world, tab };
  }

  test("shows nothing before it is known that the session is over", async () => {
    const { world, tab } = await seenAgain();
    expect(tab.curtain).toBe(true);
    while (tab.curtain) await world.step();
    expect(shows(tab)).toBe("ended idle");
  });

  test("is shown as it was if the session goes on after all", async () => {
    const { world, tab } = await seenAgain({}, async (world, tab) => {
      const elsewhere = { method: "POST", headers: { "X-Sojourn": "1" } };
      await world.run(tab.platform.fetch(new Request("https://app.test/session/touch", elsewhere)));
    });
    expect(tab.curtain).toBe(true);
    while (tab.curtain) await world.step();
    expect(shows(tab)).toBe("active");
  });

  test("stays hidden if it goes away again meanwhile, and is shown when it is back", async () => {
    const { world, tab } = await seenAgain();
    tab.bfcache();
    await world.advance(5 * SECOND);
    expect(tab.curtain).toBe(true);
    tab.restore();
    while (tab.curtain) await world.step();
    expect(shows(tab)).toBe("ended idle");
  });

  test("is not hidden with hideOnRestore: false", async () => {
    const { world, tab } = await seenAgain({ hideOnRestore: false });
    expect(tab.curtain).toBe(false);
    await world.advance(SECOND);
    expect(shows(tab)).toBe("ended idle");
  });

  test("is not hidden if it is not past the limit", async () => {
    const { world, tab } = await alone(lasting);
    tab.hide();
    await world.advance(10 * MINUTE);
    tab.show();
    expect(tab.curtain).toBe(false);
  });
});

test("F30 hideOnRestore: false leaves the page visible, and still reads the record first for every request", async () => {
  const { world, tabs } = await signedIn(2, lasting, { hideOnRestore: false });
  const [tab, other] = tabs;
  tab.bfcache();
  expect(tab.curtain).toBe(false);
  await world.run(other.session.logout());
  tab.restore();
  expect(tab.curtain).toBe(false);
  expect(await world.run(outcome(tab.session.fetch("/api/news")))).toBe("ERR_SESSION_ENDED");
  expect(world.network.sent("/api/news")).toEqual([]);
});

test("F35 a suspended page holds nothing that costs it its place in the back/forward cache", async () => {
  const { world, tabs } = await signedIn(2);
  world.network.next("/refresh", "hang");
  const refreshing = outcome(tabs[0].session.refresh());
  const waiting = outcome(tabs[1].session.refresh());
  await world.advance(SECOND);
  for (const tab of tabs) tab.bfcache();
  await world.advance(10 * SECOND);
  for (const tab of tabs)
    expect(tab.usage()).toMatchObject({
      channels: 0,
      storage: 0,
      locksHeld: 0,
      locksPending: 0,
      requests: 0,
    });
  for (const tab of tabs) tab.restore();
  const results = await world.run(Promise.all([refreshing, waiting]), 2 * MINUTE);
  for (const result of results) expect(result === undefined || /^ERR_/.test(String(result))).toBe(true);
  await world.advance(MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.metrics.reuses).toBe(0);
});

test("a page that goes to the cache and comes back many times keeps one of everything", async () => {
  const { world, tab } = await alone(lasting);
  for (let i = 0; i < 20; i++) {
    tab.bfcache();
    await world.advance(i * 10);
    tab.restore();
    await world.advance(i * 3);
  }
  await world.advance(5 * SECOND);
  expect(tab.curtain).toBe(false);
  expect(tab.usage()).toEqual({
    timers: 1,
    activity: 1,
    lifecycle: 1,
    channels: 1,
    locksHeld: 0,
    locksPending: 0,
    storage: 1,
    requests: 0,
  });
  tab.session.destroy();
  await world.advance(SECOND);
  expect(Object.values(tab.usage())).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test("a page that is frozen again while it wakes up works when it runs again", async () => {
  for (let pause = 0; pause < 60; pause += 3) {
    const { world, tab } = await alone(lasting);
    tab.freeze();
    await world.advance(MINUTE);
    tab.resume();
    await world.advance(pause);
    tab.freeze();
    await world.advance(MINUTE);
    expect(tab.curtain, `frozen again after ${pause} ms`).toBe(true);
    tab.resume();
    expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
    await world.run(tab.session.refresh());
    await world.advance(SECOND);
    expect(tab.curtain).toBe(false);
    expect(tab.usage()).toMatchObject({ channels: 1, storage: 1 });
  }
});

test("a page that is frozen while it starts knows who is signed in when it runs again", async () => {
  for (let pause = 0; pause < 60; pause += 3) {
    const { world } = await alone(lasting);
    const tab = world.tab();
    tab.session.start().catch(() => {});
    await world.advance(pause);
    tab.freeze();
    await world.advance(MINUTE);
    tab.resume();
    await world.advance(5 * SECOND);
    expect(tab.session.getState(), `${pause} ms`).toMatchObject({ status: "active", user: { id: "ada" } });
  }
});

test("activity that was not written when the page goes to the background is written then", async () => {
  const { world, tab } = await alone(lasting);
  await world.advance(5 * MINUTE);
  tab.activity();
  await world.advance(5 * SECOND);
  tab.activity();
  await world.advance(SECOND);
  tab.hide();
  await world.advance(SECOND);
  tab.crash();
  const { activityAt } = recordOf(world);
  expect(Date.UTC(2026, 0, 1) + world.now - activityAt).toBeLessThan(2.5 * SECOND);
});

test("F3 a duplicated tab has a name of its own and shares the one session", async () => {
  const { world, tab } = await alone();
  const copy = tab.duplicate();
  await world.run(copy.session.start());
  expect(copy.session.inspect().tab).not.toBe(tab.session.inspect().tab);
  await world.advance(5 * MINUTE);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing([tab, copy])).toEqual(["active"]);
});

test("F37 focus, visibility and other tabs' looks are no events, and the state stays the same object", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  const states = tabs.map((tab) => tab.session.getState());
  const events = tabs.map(eventsOf);
  let changes = 0;
  for (const tab of tabs) tab.session.on("change", () => changes++);
  for (let i = 0; i < 10; i++) {
    for (const tab of tabs) {
      tab.hide();
      tab.activity();
      await world.advance(7 * SECOND);
      tab.show();
      tab.focus();
    }
  }
  const newcomer = world.tab();
  await world.run(newcomer.session.start());
  await world.advance(MINUTE);
  expect(tabs.map((tab) => tab.session.getState())).toEqual(states);
  tabs.forEach((tab, i) => {
    expect(tab.session.getState()).toBe(states[i]);
  });
  expect(events).toEqual([[], [], []]);
  expect(changes).toBe(0);
});

test("F37 a refresh is an event and not a change of the state; a warning is one change, not one a second", async () => {
  const { world, tab } = await alone();
  const changes: string[] = [];
  tab.session.on("change", () => changes.push(shows(tab)));
  await world.run(tab.session.refresh());
  await world.advance(14.9 * MINUTE);
  expect(changes).toEqual(["warning idle"]);
  await world.advance(MINUTE);
  expect(changes).toEqual(["warning idle", "ended idle"]);
});

test("F37 an equal user is the same user: the state does not change for it", async () => {
  const { world, tab } = await alone(lasting);
  const before = tab.session.getState();
  for (let i = 0; i < 5; i++) {
    tab.bfcache();
    tab.restore();
    await world.advance(SECOND);
  }
  await world.run(tab.session.refresh());
  expect(tab.session.getState()).toBe(before);
});

test("states are frozen, and a subscriber is called with the state now and after each change", async () => {
  const { world, tab } = await alone(lasting);
  const seen: unknown[] = [];
  const stop = tab.session.subscribe((state) => seen.push(state));
  expect(seen).toEqual([tab.session.getState()]);
  expect(Object.isFrozen(tab.session.getState())).toBe(true);
  await world.advance(14 * MINUTE);
  await world.run(tab.session.logout());
  stop();
  stop();
  await world.run(tab.signIn("ada"));
  expect((seen as { status: string }[]).map(({ status }) => status)).toEqual(["active", "warning", "ended"]);
});

test("a state that is announced is in place already, and events come in order", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const heard: string[] = [];
  for (const event of ["change", "warning", "extended", "ended", "started"] as const)
    tabs[1].session.on(event, () => heard.push(`${event}: ${shows(tabs[1])}`));
  await world.advance(14 * MINUTE);
  await world.run(tabs[0].session.extend());
  await world.advance(SECOND);
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND);
  expect(heard).toContain("warning: warning idle");
  expect(heard).toContain("extended: active");
  expect(heard).toContain("ended: ended logout");
  expect(heard.filter((line) => line.startsWith("change"))).toEqual([
    "change: warning idle",
    "change: active",
    "change: ended logout",
  ]);
});

test("F38 one focus of one tab is at most one request, and no tab answers a message with another one for ever", async () => {
  const { world, tabs } = await signedIn(10, lasting);
  await world.advance(MINUTE);
  const requests = world.network.log.length;
  const messages = world.channel.log.length;
  tabs[0].hide();
  tabs[0].show();
  tabs[0].focus();
  await world.advance(10 * SECOND);
  expect(world.network.log.length - requests).toBeLessThanOrEqual(1);
  expect(world.channel.log.length - messages).toBeLessThanOrEqual(2);
  tabs[1].activity();
  await world.advance(10 * SECOND);
  expect(world.channel.log.length - messages).toBeLessThanOrEqual(6);
});

test("F38 coming back from the cache, shown and focused, is one request", async () => {
  const { world, tab } = await alone(lasting);
  tab.bfcache();
  await world.advance(MINUTE);
  const requests = world.network.log.length;
  tab.restore();
  tab.show();
  tab.focus();
  await world.advance(5 * SECOND);
  expect(world.network.log.slice(requests).map((request) => request.path)).toEqual(["/session"]);
});

test("F38 its own messages, sent back to it, move a tab to nothing", async () => {
  const { world, tab } = await alone(lasting);
  const events = eventsOf(tab);
  const own = world.channel.log.filter(({ from }) => from === tab.name);
  expect(own.length).toBeGreaterThan(0);
  const requests = world.network.log.length;
  const messages = world.channel.log.length;
  for (const { channel, data } of own) world.channel.post(channel, data);
  await world.advance(SECOND);
  expect(world.channel.log.length - messages).toBe(own.length);
  expect(world.network.log.length).toBe(requests);
  expect(events).toEqual([]);
});

test("I6 messages are hints: lost, doubled, overtaken and nonsense ones change nothing that matters", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const { world, tabs } = await signedIn(5, { seed });
    world.channel.reorder = true;
    let nth = seed;
    const troubles = [undefined, "lose", "twice", { delay: 800 }] as const;
    world.channel.trouble = () => troubles[nth++ % 4];
    const { epoch } = recordOf(world);
    const nonsense = [
      null,
      0,
      "ended",
      [],
      {},
      { v: 2, type: "ended", epoch: epoch + 1, sequence: 0, sender: "x", reason: "logout" },
      { v: 1, type: "ended", epoch: epoch + 7, sequence: 0, sender: "x", reason: "logout" },
      { v: 1, type: "ended", epoch: epoch - 1, sequence: 0, sender: "x", reason: "logout" },
      { v: 1, type: "ended", epoch: epoch + 1, sequence: 0, sender: "x", reason: "because" },
      { v: 1, type: "ended", epoch: epoch + 1, sequence: 0, reason: "logout" },
      { v: 1, type: "shrug", epoch, sequence: 0, sender: "x" },
      { v: 1, type: "changed", epoch: "1", sequence: 0, sender: "x" },
      { v: 1, type: "facts", sender: "x", record: { v: 1, epoch: 9e15, live: false } },
      { v: 1, type: "facts", sender: "x" },
    ];
    for (let minute = 0; minute < 14; minute++) {
      world.channel.post("sojourn.default", nonsense[minute]);
      await work(world, tabs[minute % 5], MINUTE);
    }
    expect(showing(tabs)).toEqual(["active"]);
    expect(world.server.metrics).toMatchObject({ reuses: 0 });
    expect(world.server.metrics.refreshes).toBeLessThanOrEqual(4);
  }
});

test("I6 after the clock was set back an hour messages still arrive and count", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  world.stepClock(-60 * MINUTE);
  await world.advance(14 * MINUTE);
  await world.run(tabs[0].session.extend());
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  await world.run(tabs[1].session.logout());
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended logout"]);
});

test("F36 a browser where everything is refused: no exception, the server decides, and the tab works alone", async () => {
  const world = createWorld(lasting);
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  world.disk.trouble = () => "error";
  const tab = world.tab({
    browser: (usual) => ({
      ...usual,
      channel: denied,
      lock: async () => denied(),
      hash: async () => undefined,
    }),
  });
  const grant = world.server.signIn("ada");
  expect(await world.run(tab.session.start())).toMatchObject({ status: "active", user: { id: "ada" } });
  await world.run(tab.session.start(grant));
  await work(world, tab, 12 * MINUTE);
  expect(shows(tab)).toBe("active");
  expect(world.server.metrics).toMatchObject({ reuses: 0 });
  expect(await world.run(tab.session.logout())).toBe(true);
  expect(shows(tab)).toBe("ended logout");
});

test("on a server nothing happens, nothing throws, and nothing is known", async () => {
  // No window here: this is a server.
  const session = createSession({ server: bff() });
  expect(session.getState()).toEqual({ status: "unknown", connection: "ok" });
  const seen: unknown[] = [];
  session.subscribe((state) => seen.push(state))();
  expect(seen).toEqual([session.getState()]);
  expect(await session.start()).toBe(session.getState());
  expect(session.timeLeft()).toBe(0);
  session.on("ended", () => {})();
  session.beforeEnd(() => {})();
  session.hold()();
  session.watch(new EventTarget())();
  session.reportActivity();
  for (const call of [session.fetch("/api"), session.refresh(), session.extend(), session.getAccessToken()])
    await expect(call).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
  session.destroy();
  session[Symbol.dispose]();
});

test("timeLeft is 0 without a session, infinite without a limit, and names either limit", async () => {
  const world = createWorld({ server: { ...LASTING, absolute: 60 * MINUTE } });
  const tab = world.tab();
  expect(tab.session.timeLeft()).toBe(0);
  await world.run(tab.signIn("ada"));
  expect(tab.session.timeLeft()).toBe(tab.session.timeLeft("idle"));
  expect(tab.session.timeLeft("idle") / MINUTE).toBeCloseTo(15, 1);
  expect(tab.session.timeLeft("absolute") / MINUTE).toBeCloseTo(60, 1);
  const free = world.tab({ idle: false, absolute: false });
  await world.run(free.session.start());
  expect(free.session.timeLeft("idle")).toBe(Number.POSITIVE_INFINITY);
});

test("tabs of sessions with different names have nothing in common", async () => {
  const { world, tab } = await alone(lasting);
  const other = world.tab({ name: "other" });
  await world.run(other.session.start());
  await world.advance(SECOND);
  await world.run(tab.session.logout());
  await world.advance(SECOND);
  expect(shows(tab)).toBe("ended logout");
  expect(shows(other)).toBe("active");
  expect(world.disk.read("sojourn.other")).toMatchObject({ live: true });
});

test("I-dead a page that was suspended in a sign-in is not shown before it is known whether that session still is", async () => {
  const world = createWorld();
  const [tab, other] = [world.tab(), world.tab()];
  await world.run(tab.session.start());
  world.disk.delay = [100, 100];
  const begun = tab.session.start(world.server.signIn("ada"));
  while (!recordOf(world)) await world.advance(10);
  tab.freeze();
  await world.run(other.session.start());
  await world.run(other.session.logout());
  const shown: unknown[] = [];
  tab.session.subscribe(({ status }) => shown.push(status, tab.curtain));
  tab.resume();
  await world.run(begun);
  await world.advance(SECOND);
  expect(shown).toEqual(["signed-out", true, "active", true, "ended", true]);
  expect(tab.curtain).toBe(false);
});
