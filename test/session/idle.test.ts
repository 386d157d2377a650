import { createWorld, type FakeUser, type Tab, type TabOptions, type World } from "sojourn/testing";
import { expect, test } from "vitest";
import {
  alone,
  DAY,
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

/** The user does something, and it is just on record that the tab tells the server. */
async function claim(world: World, tab: Tab): Promise<void> {
  const before = recordOf(world).touchedAt;
  tab.activity();
  while (recordOf(world).touchedAt === before) await world.step();
}

test("I3 the warning opens in every tab, and extending in one closes it in all", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  const events = tabs.map(eventsOf);
  await world.advance(13 * MINUTE);
  expect(showing(tabs)).toEqual(["warning idle"]);

  await world.run(tabs[1].session.extend());
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  expect(events).toEqual(tabs.map(() => ["warning", "extended"]));
  expect(world.server.metrics.touches).toBe(1);
  for (const tab of tabs) expect(tab.session.timeLeft("idle")).toBeGreaterThan(15 * MINUTE - 2 * SECOND);
});

test("I9 an idle tab follows the activity of another and never warns", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  const events = tabs.map(eventsOf);
  await work(world, tabs[0], HOUR);
  expect(showing(tabs)).toEqual(["active"]);
  expect(events).toEqual([[], [], []]);
});

test("I9 a tab that is opened during the warning shows it at once, with the same deadline", async () => {
  const { world, tabs } = await signedIn(1, lasting);
  await world.advance(14 * MINUTE);
  const newcomer = world.tab();
  await world.run(newcomer.session.start());
  expect(shows(newcomer)).toBe("warning idle");
  expect(newcomer.session.timeLeft() - tabs[0].session.timeLeft()).toBeCloseTo(0, -1);
  expect(newcomer.session.getState()).toMatchObject({ user: { id: "ada" }, extendable: true });
});

test("I10 ten cycles in five tabs: one warning and one end for each tab and cycle", async () => {
  const { world, tabs } = await signedIn(5, lasting);
  const events = tabs.map(eventsOf);
  for (let cycle = 0; cycle < 10; cycle++) {
    await world.advance(16 * MINUTE);
    expect(showing(tabs)).toEqual(["ended idle"]);
    expect(events).toEqual(tabs.map(() => ["warning", "ended"]));
    await world.run(tabs[cycle % 5].signIn("ada"));
    await world.advance(SECOND);
    expect(showing(tabs)).toEqual(["active"]);
    for (const list of events) list.length = 0;
  }
});

test("I1 the movement that follows a sleep over the limit revives nothing", async () => {
  for (const clockStopsInSleep of [true, false]) {
    const { world, tab } = await alone({ ...lasting, clockStopsInSleep });
    await world.sleep(20 * MINUTE);
    tab.activity();
    await world.advance(SECOND);
    expect(shows(tab)).toBe("ended idle");
    expect(world.server.metrics.touches).toBe(0);
  }
});

test("I1 a movement past the limit revives nothing where the server cannot be asked", async () => {
  const { world, tab } = await alone(lasting, { refresh: "/refresh" });
  await world.sleep(20 * MINUTE);
  tab.activity();
  await world.advance(SECOND);
  expect(shows(tab)).toBe("ended idle");
});

test("I1 activity that comes too late for the shared record ends the session, it does not extend it", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const [a, b] = tabs;
  a.freeze({ silent: true });
  b.throttle(HOUR);
  b.hide();
  await world.advance(15 * MINUTE + 5 * SECOND);
  a.resume();
  a.activity();
  await world.advance(2 * SECOND);
  expect(shows(a)).toBe("ended idle");
  expect(shows(b)).toBe("ended idle");
});

test("I2 a session that expired in a sleep ends without a warning first", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const events = tabs.map(eventsOf);
  await world.sleep(20 * MINUTE);
  for (const tab of tabs) tab.focus();
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended idle"]);
  expect(events).toEqual([["ended"], ["ended"]]);
});

test("I13 coming back to the tab is no activity: the warning stays, the deadline too", async () => {
  const { world, tab } = await alone(lasting);
  tab.hide();
  await world.advance(14 * MINUTE);
  const before = tab.session.getState();
  tab.show();
  tab.focus();
  await world.advance(SECOND);
  expect(tab.session.getState()).toBe(before);
  await world.advance(MINUTE);
  expect(shows(tab)).toBe("ended idle");
});

test("I13 coming back after the limit does not cancel the overdue end", async () => {
  const { world, tab } = await alone(lasting);
  tab.hide();
  tab.freeze({ silent: true });
  await world.advance(20 * MINUTE);
  tab.resume();
  tab.show();
  tab.focus();
  tab.activity();
  await world.advance(SECOND);
  expect(shows(tab)).toBe("ended idle");
});

test("I12 the clock is set back an hour: an active user stays, and no countdown grows or goes below zero", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await work(world, tabs[0], 5 * MINUTE);
  world.stepClock(-HOUR);
  for (let minute = 0; minute < 40; minute++) {
    await work(world, tabs[0], MINUTE);
    for (const tab of tabs) {
      expect(shows(tab)).toBe("active");
      expect(tab.session.timeLeft("idle")).toBeLessThanOrEqual(15 * MINUTE);
      expect(tab.session.timeLeft("absolute")).toBeLessThanOrEqual(8 * HOUR);
    }
  }
  const left: number[] = [];
  for (let seconds = 0; seconds < 16 * 60; seconds++) {
    await world.advance(SECOND);
    left.push(tabs[1].session.timeLeft());
  }
  expect(left.every((ms, i) => ms >= 0 && (i === 0 || ms <= left[i - 1]))).toBe(true);
  expect(showing(tabs)).toEqual(["ended idle"]);
});

test("I12 a tab that opens after the clock was set back an hour does not show more time than is configured", async () => {
  const { world } = await alone(lasting);
  world.stepClock(-HOUR);
  const newcomer = world.tab();
  await world.run(newcomer.session.start());
  expect(newcomer.session.timeLeft("idle")).toBeLessThanOrEqual(15 * MINUTE);
  expect(newcomer.session.timeLeft("absolute")).toBeLessThanOrEqual(8 * HOUR);
  await world.advance(15 * MINUTE + SECOND);
  expect(shows(newcomer)).toBe("ended idle");
});

test("I12 the clock is set forward an hour: the server is asked before anybody is signed out", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  await work(world, tabs[0], 5 * MINUTE);
  world.stepClock(HOUR);
  tabs[0].activity();
  await world.advance(2 * SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  await work(world, tabs[0], 20 * MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
  await world.advance(16 * MINUTE);
  expect(showing(tabs)).toEqual(["ended idle"]);
});

test("I7 a tab that missed every message looks at the record before it ends as idle", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  world.channel.trouble = () => "lose";
  await work(world, tabs[0], 40 * MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
});

test("I7 a session that is used on another device does not end here", async () => {
  const { world, tab } = await alone(lasting);
  await world.advance(10 * MINUTE);
  const elsewhere = new Request("https://app.test/session/touch", {
    method: "POST",
    headers: { "X-Sojourn": "1" },
  });
  await world.run(tab.platform.fetch(elsewhere));
  await world.advance(6 * MINUTE);
  expect(tab.session.getState().status).toBe("active");
  await world.advance(10 * MINUTE);
  expect(shows(tab)).toBe("ended idle");
  // What was done elsewhere is no activity here: the server is not told of it again.
  expect(world.server.metrics.touches).toBe(1);
});

test("I7 at the limit with no server in reach the session ends", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  world.network.trouble = () => "hang";
  await world.advance(15 * MINUTE + SECOND);
  expect(showing(tabs)).toEqual(["ended idle"]);
});

test("I8 a frozen and a crashed tab do not hold up the idle end of the others", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  await work(world, tabs[2], MINUTE);
  tabs[1].freeze();
  tabs[2].crash();
  await world.advance(15 * MINUTE + SECOND);
  expect(shows(tabs[0])).toBe("ended idle");
});

test("I18 requests of the application keep nobody signed in", async () => {
  const { world, tab } = await alone();
  for (let i = 0; i < 29; i++) {
    await world.advance(30 * SECOND);
    expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  }
  expect(shows(tab)).toBe("warning idle");
  await world.advance(31 * SECOND);
  expect(shows(tab)).toBe("ended idle");
});

test("I5 S3 refreshes and status reads move no idle limit and touch nothing", async () => {
  const { world, tabs } = await signedIn(3, { server: { access: MINUTE } });
  const began = tabs[0].session.inspect().idleExpiresAt;
  for (let i = 0; i < 14; i++) {
    await world.advance(MINUTE - SECOND);
    for (const tab of tabs) tab.focus();
    const newcomer = world.tab();
    await world.run(newcomer.session.start());
    newcomer.close();
  }
  expect(world.server.metrics.refreshes).toBeGreaterThan(10);
  expect(world.server.metrics.peeks).toBeGreaterThan(10);
  expect(world.server.metrics.touches).toBe(0);
  for (const tab of tabs) expect(Math.abs(tab.session.inspect().idleExpiresAt - began)).toBeLessThan(100);
  await world.advance(90 * SECOND);
  expect(showing(tabs)).toEqual(["ended idle"]);
});

test("while the user is active the server hears of it often enough, from one tab, and never otherwise", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  await work(world, tabs[0], HOUR);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.sessions[0].over).toBeUndefined();
  expect(world.server.metrics.touches).toBeGreaterThanOrEqual(30);
  expect(world.server.metrics.touches).toBeLessThanOrEqual(62);
  const touches = world.server.metrics.touches;
  await world.advance(3 * MINUTE);
  const settled = world.server.metrics.touches;
  expect(settled - touches).toBeLessThanOrEqual(1);
  await world.advance(9 * MINUTE);
  expect(world.server.metrics.touches).toBe(settled);
});

test("the server never ends a session before the tabs do, whatever the rhythm of the user", async () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { world, tabs } = await signedIn(2, { seed, server: { ...LASTING, idle: 4 * MINUTE } });
    const rhythm = [5, 19, 47, 61, 100, 119][seed - 1] * SECOND;
    await work(world, tabs[0], 40 * MINUTE, rhythm);
    tabs[0].activity();
    await world.advance(4 * MINUTE - SECOND);
    expect(world.server.sessions[0].over, `every ${rhythm} ms`).toBeUndefined();
  }
});

test("activity of a tab that dies before it told the server is told by another", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await work(world, tabs[0], 10 * MINUTE, 5 * SECOND);
  await world.advance(SECOND);
  tabs[0].crash();
  await world.advance(5 * MINUTE);
  const { touchedAt } = world.server.sessions[0];
  expect(world.now - touchedAt).toBeLessThan(6 * MINUTE + 10 * SECOND);
});

test("I11 limits of 30 and 400 days do not fire at once, and fire", async () => {
  const server = { idle: 30 * DAY, absolute: 400 * DAY, access: 500 * DAY };
  const { world, tab } = await alone({ server });
  // In the background: nobody glances at the clock for it.
  tab.hide();
  await world.advance(30 * DAY - 2 * MINUTE - SECOND);
  expect(shows(tab)).toBe("active");
  for (let month = 0; month < 12; month++) {
    tab.activity();
    await world.advance(29 * DAY);
    expect(shows(tab)).toBe("active");
  }
  await work(world, tab, 400 * DAY - world.now - 5 * MINUTE, DAY);
  expect(shows(tab)).toBe("warning absolute");
  await world.advance(5 * MINUTE + SECOND);
  expect(shows(tab)).toBe("ended absolute");
});

test("I19 the countdown is never negative, and the end latches: nothing is due any more", async () => {
  const { world, tab } = await alone(lasting);
  await world.advance(14 * MINUTE);
  for (let i = 0; i < 140; i++) {
    await world.advance(500);
    expect(tab.session.timeLeft()).toBeGreaterThanOrEqual(0);
  }
  const ended = tab.session.getState();
  expect(ended).toMatchObject({ status: "ended", reason: "idle" });
  const events = eventsOf(tab);
  tab.activity();
  tab.focus();
  await world.advance(HOUR);
  expect(tab.session.getState()).toBe(ended);
  expect(events).toEqual([]);
  expect(tab.usage().timers).toBe(0);
});

test("while the warning is open a stray movement is no answer", async () => {
  const { world, tab } = await alone(lasting);
  await world.advance(14 * MINUTE);
  const { deadlineAt } = tab.session.getState() as { deadlineAt: number };
  tab.activity();
  await world.advance(SECOND);
  expect(tab.session.getState()).toMatchObject({ status: "warning", deadlineAt });
});

test("S2 the absolute limit is moved by no activity and no refresh, and nothing extends it", async () => {
  const { world, tabs } = await signedIn(2, { server: { absolute: HOUR } });
  const at = tabs[0].session.inspect().absoluteExpiresAt;
  await work(world, tabs[0], 51 * MINUTE);
  expect(world.server.metrics.refreshes).toBeGreaterThan(5);
  for (const tab of tabs) {
    expect(Math.abs(tab.session.inspect().absoluteExpiresAt - at)).toBeLessThan(SECOND);
    expect(tab.session.getState()).toMatchObject({ status: "warning", limit: "absolute", extendable: false });
    await expect(world.run(tab.session.extend())).rejects.toMatchObject({ code: "ERR_NOT_EXTENDABLE" });
  }
  await work(world, tabs[0], 9 * MINUTE + SECOND);
  expect(showing(tabs)).toEqual(["ended absolute"]);
});

test("S2 a server that promises more at every refresh does not move the absolute limit", async () => {
  const { world, tab } = await alone({ server: { absolute: HOUR } });
  const at = tab.session.inspect().absoluteExpiresAt;
  world.server.limits.absolute = 10 * HOUR;
  await work(world, tab, 30 * MINUTE);
  expect(world.server.metrics.refreshes).toBeGreaterThan(3);
  expect(tab.session.inspect().absoluteExpiresAt).toBe(at);
});

test("a visible tab sees the limit within a minute after a sleep that nothing told it of", async () => {
  const { world, tab } = await alone(lasting);
  await world.sleep(20 * MINUTE);
  await world.advance(61 * SECOND);
  expect(shows(tab)).toBe("ended idle");
});

test("I1 a hidden tab that is shown after a short sleep warns and ends on time, not later by as long as the machine slept", async () => {
  const { world, tab } = await alone(lasting);
  tab.hide();
  await world.advance(12 * MINUTE);
  await world.sleep(50 * SECOND);
  tab.show();
  await world.advance(11 * SECOND);
  expect(shows(tab)).toBe("warning idle");
  await world.advance(MINUTE);
  tab.hide();
  await world.sleep(50 * SECOND);
  tab.show();
  await world.advance(11 * SECOND);
  expect(shows(tab)).toBe("ended idle");
});

test("I-idle a tab is opened while another tells the server of activity: the server's older word ends nothing", async () => {
  const { world, tabs } = await signedIn(1, lasting);
  await world.advance(5 * MINUTE);
  world.network.delay = 5 * SECOND;
  tabs[0].activity();
  await world.advance(100);
  world.network.delay = 10;
  const newcomer = world.tab();
  await world.run(newcomer.session.start());
  expect(world.server.metrics.touches).toBe(0);
  expect(newcomer.session.timeLeft("idle")).toBeGreaterThan(14 * MINUTE);
  await world.advance(12 * MINUTE);
  expect(world.server.metrics.touches).toBe(1);
  for (const tab of [...tabs, newcomer]) expect(tab.session.getState().status).not.toBe("ended");
});

test("I7 the server has less left than is counted here: its word counts", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  // What may still be on its way to the server is not held against anybody: see the test before.
  await world.advance(30 * SECOND);
  for (const tab of tabs) tab.freeze();
  world.stepClock(-HOUR);
  await world.sleep(11 * MINUTE);
  for (const tab of tabs) tab.resume();
  await world.advance(SECOND);
  for (const tab of tabs) expect(tab.session.timeLeft("idle")).toBeLessThan(5 * MINUTE);
  await world.advance(4 * MINUTE);
  expect(showing(tabs)).toEqual(["ended idle"]);
});

test("F21 a hidden tab with timers once a minute sees the limit when it is shown, focused or used", async () => {
  for (const how of ["show", "focus", "fetch", "activity"] as const) {
    const { world, tab } = await alone(lasting);
    tab.hide();
    tab.throttle(HOUR);
    await world.advance(16 * MINUTE);
    expect(tab.session.getState().status).not.toBe("ended");
    if (how === "fetch") {
      const refused = world.run(tab.session.fetch("/api/news"));
      await expect(refused).rejects.toMatchObject({ code: "ERR_SESSION_ENDED", reason: "idle" });
      expect(world.network.sent("/api/news")).toEqual([]);
    } else {
      tab[how]();
      await world.advance(SECOND);
    }
    expect(shows(tab), how).toBe("ended idle");
  }
});

test("while nothing happens a tab has one timer and says nothing", async () => {
  const { world, tabs } = await signedIn(5, lasting);
  await world.advance(MINUTE);
  const messages = world.channel.log.length;
  const requests = world.network.log.length;
  for (let i = 0; i < 11; i++) {
    await world.advance(MINUTE);
    for (const tab of tabs) expect(tab.usage().timers).toBeLessThanOrEqual(1);
  }
  expect(world.channel.log.length).toBe(messages);
  expect(world.network.log.length).toBe(requests);
});

test("one activity at any fraction of a millisecond is written and told once, and that is it", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { world, tab } = await alone({ seed, ...lasting });
    await world.advance(MINUTE + seed * 7.3);
    tab.activity();
    let uses = 0;
    world.disk.trouble = () => {
      uses++;
      return undefined;
    };
    await world.advance(5 * MINUTE);
    expect(uses, `seed ${seed}`).toBeLessThan(10);
    expect(world.server.metrics.touches).toBe(1);
  }
});

test("any amount of input arms no timers and says little", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.advance(MINUTE);
  const messages = world.channel.log.length;
  for (let i = 0; i < 1000; i++) {
    tabs[0].activity();
    await world.advance(60);
  }
  await world.advance(SECOND);
  expect(tabs[0].usage().timers).toBeLessThanOrEqual(1);
  expect(world.channel.log.length - messages).toBeLessThanOrEqual(6);
});

test.each([
  ["goes on", "active"],
  ["has ended, too", "ended idle"],
])(
  "I7 the page is suspended during the last look before a limit: it looks again, and at the server the session %s",
  async (_, then) => {
    const { world, tab } = await alone(lasting);
    await world.advance(15 * MINUTE - SECOND);
    // The user was active elsewhere meanwhile.
    if (then === "active") Object.assign(world.server.sessions[0], { touchedAt: world.now });
    world.network.next("/session", "hang");
    await world.advance(SECOND + 100);
    expect(world.network.inFlight.map(({ path }) => path)).toEqual(["/session"]);
    tab.bfcache();
    await world.advance(10 * SECOND);
    expect(shows(tab)).toBe("warning idle");
    tab.restore();
    await world.advance(SECOND);
    expect(shows(tab)).toBe(then);
  },
);

test("S2 I-mix the last look before a limit finds another session at the server: its limits are not this one's", async () => {
  const { world, tab } = await alone(
    { server: { ...LASTING, idle: 2 * DAY, absolute: 30 * MINUTE } },
    { idle: { timeout: "1d" } },
  );
  const first = tab.session.inspect();
  await world.advance(20 * MINUTE);
  // The same user signs in beside, and nobody tells this tab.
  world.server.signIn("ada");
  await world.advance(10 * MINUTE);
  const after = tab.session.inspect();
  expect(shows(tab)).toBe("active");
  expect(after.epoch).toBeGreaterThan(first.epoch);
  expect(after.record?.marker).not.toBe(first.record?.marker);
  // Somebody else's is not shown here at all.
  world.server.signIn("alan");
  await world.advance(30 * MINUTE);
  expect(shows(tab)).toBe("ended replaced");
});

test("S2 the limits of a sign-in count from when it was told, also where the page stands still before it takes it in", async () => {
  const world = createWorld();
  const tab = world.tab();
  const restored = tab.session.start();
  const signedIn = tab.session.start(world.server.signIn("ada"));
  await world.settle();
  tab.freeze({ silent: true });
  await world.advance(5 * MINUTE);
  tab.resume();
  await world.run(Promise.all([restored, signedIn]));
  expect(shows(tab)).toBe("active");
  expect(tab.session.timeLeft("idle")).toBeLessThanOrEqual(10 * MINUTE);
  expect(tab.session.timeLeft("absolute")).toBeLessThanOrEqual(8 * HOUR - 5 * MINUTE);
});

test("I-idle a tab that has not heard what another told the server does not take it for activity elsewhere", async () => {
  const silent: TabOptions<FakeUser> = {
    browser: (usual) => ({ ...usual, channel: () => ({ post() {}, close() {} }) }),
  };
  const { world, tabs } = await signedIn(1, lasting, silent);
  await world.advance(MINUTE);
  const newcomer = world.tab(silent);
  world.network.trouble = ({ tab }) => (tab === newcomer.name ? { answer: { status: 503 } } : undefined);
  await world.run(newcomer.session.start());
  world.network.delay = 30;
  tabs[0].activity();
  await world.advance(200);
  expect(world.server.metrics.touches).toBe(1);
  world.network.trouble = undefined;
  world.network.delay = 5;
  await world.advance(5 * MINUTE);
  expect(newcomer.session.getState()).toMatchObject({ user: { id: "ada" } });
  expect(world.server.metrics.touches).toBe(1);
});

test("I-idle a touch that fails takes nothing back of what another tab has told the server since", async () => {
  const { world, tabs } = await signedIn(2, { server: { ...LASTING, idle: MINUTE } });
  await world.advance(10 * SECOND);
  world.network.trouble = ({ tab, path }) =>
    tab === tabs[0].name && path === "/session/touch" ? "hang" : undefined;
  tabs[0].activity();
  await world.advance(7 * SECOND);
  tabs[1].activity();
  await world.advance(SECOND);
  const { touches } = world.server.metrics;
  expect(touches).toBe(1);
  // The first gives up, and has nothing more to tell.
  await world.advance(20 * SECOND);
  expect(world.server.metrics.touches).toBe(touches);
  expect(shows(tabs[0])).toBe("active");
});

test("I-idle I12 a touch fails after the clock was set back: what the user did is told later", async () => {
  const { world, tab } = await alone({ server: { ...LASTING, idle: 2 * MINUTE } });
  await world.advance(10 * SECOND);
  world.stepClock(-HOUR);
  await world.advance(10 * SECOND);
  world.network.next("/session/touch", { answer: { status: 503, body: {} } });
  tab.activity();
  await world.advance(MINUTE);
  expect(world.network.sent("/session/touch")[0].outcome).toBe(503);
  expect(world.server.metrics.touches).toBe(1);
  await world.advance(MINUTE);
  expect(shows(tab)).toBe("warning idle");
});

test('I-idle a touch and "stay signed in" fail at the same time: what the user did is told later', async () => {
  const { world, tab } = await alone({ server: { ...LASTING, idle: 40 * SECOND } });
  await world.advance(6 * SECOND);
  world.network.trouble = ({ path }) => (path === "/session/touch" ? "hang" : undefined);
  tab.activity();
  await world.advance(10);
  expect(await world.run(outcome(tab.session.extend()))).toBe("ERR_TIMEOUT");
  world.network.trouble = undefined;
  await world.advance(27 * SECOND);
  expect(world.server.metrics.touches).toBe(1);
  expect(shows(tab)).not.toBe("ended idle");
});

test("S2 I-mix an answer about the session before says nothing of the one that the user began since", async () => {
  const { world, tabs } = await signedIn(2, { server: { ...LASTING, idle: DAY, absolute: HOUR } });
  const [tab, other] = tabs;
  await world.advance(30 * MINUTE);
  world.network.delay = 50;
  const asked = other.session.start();
  await world.advance(10);
  other.freeze({ silent: true });
  await world.advance(10 * MINUTE);
  await world.run(tab.signIn("ada"));
  await world.advance(10 * MINUTE);
  other.resume();
  await world.run(asked);
  await world.advance(SECOND);
  expect(other.session.inspect().epoch).toBe(tab.session.inspect().epoch);
  const difference = other.session.timeLeft("absolute") - tab.session.timeLeft("absolute");
  expect(Math.abs(difference)).toBeLessThan(SECOND);
});

test("S2 the limit of a sign-in is its own, also where another tab has found the session before", async () => {
  const world = createWorld({ server: { ...LASTING, absolute: HOUR } });
  const [tab, other] = [world.tab(), world.tab()];
  const signedIn = tab.session.start(world.server.signIn("ada"));
  tab.freeze({ silent: true });
  await world.advance(4 * MINUTE);
  await world.run(other.session.start());
  await world.advance(MINUTE);
  tab.resume();
  await world.run(signedIn);
  await world.advance(SECOND);
  for (const it of [tab, other]) {
    expect(it.session.timeLeft("absolute")).toBeLessThanOrEqual(55 * MINUTE);
    expect(it.session.timeLeft("absolute")).toBeGreaterThan(55 * MINUTE - 3 * SECOND);
  }
});

test("I-idle the machine sleeps over the limit while a request waits for its credential: it is not sent any more", async () => {
  const { world, tab } = await alone({ server: { access: MINUTE, idle: DAY } }, { idle: { timeout: "10m" } });
  await world.sleep(2 * MINUTE);
  const reply = outcome(tab.session.fetch("/api/news"));
  while (!world.network.inFlight.some(({ path }) => path === "/refresh")) await world.step();
  await world.sleep(20 * MINUTE);
  expect(await world.run(reply)).toBe("ERR_SESSION_ENDED");
  expect(world.network.sent("/api/news")).toEqual([]);
  expect(shows(tab)).toBe("ended idle");
});

test("I-idle I1 the machine sleeps over the limit while activity is being written: the server is not told of it any more", async () => {
  const { world, tab } = await alone({ server: { ...LASTING, idle: DAY } }, { idle: { timeout: "10m" } });
  await world.advance(2 * MINUTE);
  await claim(world, tab);
  await world.sleep(20 * MINUTE);
  await world.advance(SECOND);
  expect(world.network.sent("/session/touch")).toEqual([]);
  expect(shows(tab)).toBe("ended idle");
});

test("I-idle a page stands still as it has written activity: what another has told the server since is not told again", async () => {
  const { world, tabs } = await signedIn(2, { server: { ...LASTING, idle: 2 * MINUTE } });
  const [tab, other] = tabs;
  await world.advance(30 * SECOND);
  await claim(world, tab);
  tab.freeze({ silent: true });
  await world.advance(SECOND);
  other.activity();
  await world.advance(30 * SECOND);
  expect(world.server.metrics.touches).toBe(1);
  tab.resume();
  await world.advance(SECOND);
  expect(world.server.metrics.touches).toBe(1);
  expect(showing(tabs)).toEqual(["active"]);
});

test("I-idle a page stands still as it has written activity, and nobody has told the server: it does", async () => {
  const { world, tab } = await alone({ server: { ...LASTING, idle: 2 * MINUTE } });
  await world.advance(30 * SECOND);
  await claim(world, tab);
  tab.freeze({ silent: true });
  await world.advance(30 * SECOND);
  tab.resume();
  await world.advance(SECOND);
  expect(world.server.metrics.touches).toBe(1);
});

test("I-dead a page stands still as it has written activity, and the user signs out elsewhere unheard: the server is not told of it", async () => {
  const { world, tabs } = await signedIn(2, { server: { ...LASTING, idle: 2 * MINUTE } });
  const [tab, other] = tabs;
  await world.advance(30 * SECOND);
  await claim(world, tab);
  tab.freeze({ silent: true });
  world.channel.trouble = () => "lose";
  await world.run(other.session.logout());
  await world.advance(5 * SECOND);
  tab.resume();
  await world.advance(SECOND);
  expect(world.network.sent("/session/touch")).toEqual([]);
  expect(shows(tab)).toBe("ended logout");
});
