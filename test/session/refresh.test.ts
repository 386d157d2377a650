import { type Answer, createWorld } from "sojourn/testing";
import { expect, test } from "vitest";
import {
  alone,
  eventsOf,
  HOUR,
  keysOf,
  MINUTE,
  outcome,
  recordOf,
  SECOND,
  showing,
  shows,
  signedIn,
} from "./support.js";

/** Unauthorized as a proxy says it, a firewall, a captive portal, a server in trouble: nobody is signed out for it. */
const passing: [name: string, answer: Answer][] = [
  ["500", { status: 500, body: { error: "oops" } }],
  ["502 with HTML", { status: 502, body: "<h1>Bad gateway</h1>" }],
  ["503", { status: 503, body: { error: "busy" } }],
  ["504", { status: 504 }],
  ["408", { status: 408 }],
  ["429", { status: 429, body: { error: "slow down" } }],
  ["400 of another kind", { status: 400, body: { error: "invalid_request" } }],
  ["401 with HTML", { status: 401, body: "<h1>Proxy authentication</h1>" }],
  ["401 without a body", { status: 401 }],
  ["403 of a firewall", { status: 403, body: "<h1>Forbidden</h1>" }],
  ["404", { status: 404, body: { error: "not_found" } }],
  ["200 with HTML", { status: 200, body: "<h1>Welcome to the hotel</h1>" }],
  ["200 with half a body", { status: 200, body: '{"user":{"id":"ada"' }],
  ["200 with null", { status: 200, body: "null" }],
  ["200 with lifetimes that are none", { body: { user: { id: "ada" }, accessExpiresIn: "soon" } }],
  ["200 with negative lifetimes", { body: { user: { id: "ada" }, accessExpiresIn: -1 } }],
  ["a redirect to a portal", { status: 302, location: "https://portal.test/" }],
];

const BUSY: Answer = { status: 503, body: { error: "busy" } };
const REFUSED: Answer = { status: 401, body: { error: "invalid_grant", reason: "revoked" } };

test("F1 T3 I-single twenty tabs at expiry send exactly one refresh and none is signed out", async () => {
  for (const seed of [1, 2, 3]) {
    const { world, tabs } = await signedIn(20, { seed });
    await world.advance(5 * MINUTE);
    expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0, replays: 0 });
    expect(world.network.sent("/refresh")).toHaveLength(1);
    expect(showing(tabs)).toEqual(["active"]);
    for (const tab of tabs) expect(tab.session.inspect().sequence).toBe(1);
  }
});

test("F1 T3 fifty tabs that ask for a refresh at the same moment, several times each, make one request", async () => {
  const { world, tabs } = await signedIn(50);
  const calls = tabs.flatMap(({ session }) => [session.refresh(), session.refresh(), session.refresh()]);
  await world.run(Promise.all(calls));
  expect(world.network.sent("/refresh")).toHaveLength(1);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
});

test("T3 hidden tabs leave the refresh to a visible one", async () => {
  const { world, tabs } = await signedIn(10);
  for (const tab of tabs.slice(1)) tab.hide();
  await world.advance(5 * MINUTE);
  expect(world.network.sent("/refresh").map((request) => request.tab)).toEqual(["tab 1"]);
});

test("F20 ten windows wake up after expiry: one refresh", async () => {
  for (const seed of [1, 2, 3]) {
    const { world, tabs } = await signedIn(10, { seed });
    await world.sleep(10 * MINUTE);
    for (const tab of tabs) tab.focus();
    const calls = tabs.map((tab) => tab.session.fetch("/api/news"));
    const replies = await world.run(Promise.all(calls));
    expect(replies.map((reply) => reply.status)).toEqual(tabs.map(() => 200));
    expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
    expect(showing(tabs)).toEqual(["active"]);
  }
});

test("F2 a rejection that the record has overtaken ends nothing", async () => {
  const { world, tab } = await alone();
  world.network.delay = 100;
  world.network.next("/refresh", { answer: REFUSED });
  const refreshed = tab.session.refresh();
  await world.advance(150);
  const record = recordOf(world);
  world.disk.write("sojourn.default", { ...record, sequence: record.sequence + 1, intent: null });
  await world.run(refreshed);
  await world.advance(SECOND);
  expect(shows(tab)).toBe("active");
  expect(tab.session.inspect().sequence).toBe(1);
});

test("F4 T3 I-once the reply of a rotation is lost: the same key again, the same successor, nobody signed out", async () => {
  const { world, tabs } = await signedIn(3);
  world.network.next("/refresh", "lose-reply");
  await world.advance(5 * MINUTE);
  const sent = world.network.sent("/refresh");
  expect(sent).toHaveLength(2);
  expect(new Set(keysOf(sent)).size).toBe(1);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
});

test.each([
  ["breaks off in the middle of its body", "cut-reply"],
  ["is lost by a gateway, which says so", { answer: { status: 502, body: "<html>" }, reached: true }],
  [
    "comes as half of itself, and as if it were whole",
    { answer: { body: '{"user":{"id":"a' }, reached: true },
  ],
] as const)(
  "F4 T3 I-once the reply of a rotation %s: the same key again, nobody signed out",
  async (_how, trouble) => {
    const { world, tabs } = await signedIn(3);
    const rotated = () => new Set(world.network.sent("/refresh").map(({ cookies }) => cookies["rt.1"])).size;
    world.network.next("/refresh", trouble);
    await world.advance(5 * MINUTE);
    const sent = world.network.sent("/refresh");
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(keysOf(sent)).size).toBe(1);
    // Where the head of the reply came, the browser has the cookies in it.
    expect(rotated()).toBe(trouble === "cut-reply" ? 2 : 1);
    expect(world.server.metrics).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
    expect(showing(tabs)).toEqual(["active"]);
    await world.run(tabs[1].session.refresh());
    expect(world.server.metrics).toMatchObject({ refreshes: 2, reuses: 0 });
  },
);

test("F4 I-once replies are lost over and over: the key stays the same until an answer came, and changes then", async () => {
  const { world, tabs } = await signedIn(3, { server: { grace: HOUR } });
  const keys = () => new Set(keysOf(world.network.sent("/refresh")));
  world.network.trouble = () => "lose-reply";
  await world.advance(7 * MINUTE);
  world.network.trouble = undefined;
  await world.advance(MINUTE);
  expect(world.network.sent("/refresh").length).toBeGreaterThan(6);
  expect(keys().size).toBe(1);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
  await world.run(tabs[0].session.refresh());
  expect(keys().size).toBe(2);
});

test("F4 a lost reply is asked for again within the server's grace, though a new tab's status read says all is well", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { world, tabs } = await signedIn(3, { seed });
    world.network.next("/refresh", "lose-reply");
    world.network.next("/refresh", "lose-reply");
    await expect(world.run(tabs[0].session.refresh())).rejects.toMatchObject({ code: "ERR_UNAVAILABLE" });
    const newcomer = world.tab();
    await world.run(newcomer.session.start());
    await world.advance(10 * MINUTE);
    expect(showing([...tabs, newcomer]), `seed ${seed}`).toEqual(["active"]);
    expect(world.server.metrics.reuses).toBe(0);
  }
});

test("F4 the reply is lost and the tab that asked dies: the next tab asks with the same key", async () => {
  const { world, tabs } = await signedIn(2);
  world.network.next("/refresh", { lose: "reply", ms: 9 * SECOND });
  const asked = tabs[0].session.refresh();
  asked.catch(() => {});
  await world.advance(SECOND);
  expect(world.server.metrics.refreshes).toBe(1);
  tabs[0].crash();
  await world.run(tabs[1].session.refresh());
  expect(world.server.metrics).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
  expect(shows(tabs[1])).toBe("active");
});

test("F4 I-once another tab finds the session before its sign-in is through: one session, and one key for its credential", async () => {
  const world = createWorld();
  const [slow, quick] = [world.tab(), world.tab()];
  world.network.next("/session", { lose: "reply", ms: 8 * SECOND });
  const started = slow.session.start();
  const signingIn = slow.signIn("ada");
  await world.advance(200);
  await world.run(quick.session.start());
  world.network.next("/refresh", { lose: "reply", ms: 9 * SECOND });
  const refreshed = quick.session.refresh();
  refreshed.catch(() => {});
  await world.run(Promise.all([started, signingIn]));
  await world.advance(20 * SECOND);
  await world.run(slow.session.refresh());
  expect(world.server.metrics).toMatchObject({ signIns: 1, refreshes: 2, replays: 1, reuses: 0 });
  expect(showing([slow, quick])).toEqual(["active"]);
});

test("F4 without a grace at the server a lost reply ends the session with a reason, and leaves no tab behind", async () => {
  const { world, tabs } = await signedIn(3, { server: { grace: 0 } });
  world.network.next("/refresh", "lose-reply");
  await world.advance(5 * MINUTE);
  expect(showing(tabs)).toEqual(["ended rejected"]);
});

test("F12 after any failure the lock is free", async () => {
  const { world, tab } = await alone({ server: { idle: 3 * HOUR } });
  const troubles = [
    ...passing.map(([, answer]) => ({ answer })),
    "lose-request" as const,
    "lose-reply" as const,
    "hang" as const,
  ];
  for (const trouble of troubles) {
    world.network.next("/refresh", trouble);
    world.network.next("/refresh", trouble);
    await world.run(tab.session.refresh().catch(() => {}));
    await world.advance(10);
    expect(world.locks.query()).toEqual({ held: [], pending: [] });
    await world.advance(2 * MINUTE);
  }
  expect(shows(tab)).toBe("active");
});

test.each(passing)("F15 T4 a reply of %s to a refresh ends nothing", async (_name, answer) => {
  const { world, tabs } = await signedIn(3);
  for (const path of ["/refresh", "/session", "/session/touch"])
    for (let i = 0; i < 3; i++) world.network.next(path, { answer });
  tabs[0].activity();
  await world.advance(5 * MINUTE);
  for (const tab of tabs)
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
  await world.advance(2 * MINUTE);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
  expect(tabs[0].session.getState().connection).toBe("ok");
});

test.each(passing)("F15 T4 a reply of %s at the start signs nobody out", async (_name, answer) => {
  const { world, tab } = await alone();
  const again = tab.reload();
  for (let i = 0; i < 3; i++) world.network.next("/session", { answer });
  await world.run(again.session.start());
  expect(again.session.getState().status).not.toBe("signed-out");
  expect(again.session.getState().status).not.toBe("ended");
  await world.advance(2 * MINUTE);
  expect(again.session.getState()).toMatchObject({ status: "active", user: { id: "ada" }, connection: "ok" });
});

test("T4 an explicit rejection of a refresh ends the session in every tab, with the reason", async () => {
  const { world, tabs } = await signedIn(3);
  const events = tabs.map(eventsOf);
  world.server.revoke();
  await world.advance(5 * MINUTE);
  expect(showing(tabs)).toEqual(["ended rejected"]);
  expect(events).toEqual(tabs.map(() => ["ended"]));
  expect(world.network.sent("/refresh")).toHaveLength(1);
});

test("F14 a refresh that fails early leaves the valid credential in use", async () => {
  const { world, tab } = await alone();
  world.network.trouble = ({ path }) => (path === "/refresh" ? { answer: BUSY } : undefined);
  await world.advance(4 * MINUTE + 45 * SECOND);
  expect(world.network.sent("/refresh").length).toBeGreaterThan(0);
  expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  expect(shows(tab)).toBe("active");
});

test("F14 F22 a server that is down for an hour is asked at a bounded pace, the same for ten tabs as for one", async () => {
  const counts = [];
  for (const count of [1, 10]) {
    const { world, tabs } = await signedIn(count, { server: { idle: 3 * HOUR } });
    const events = tabs.map(eventsOf);
    world.network.trouble = () => ({ answer: BUSY });
    await world.advance(HOUR);
    expect(showing(tabs)).toEqual(["active"]);
    for (const tab of tabs) expect(tab.session.getState().connection).toBe("retrying");
    for (const list of events) expect(list.filter((name) => name === "retrying").length).toBeGreaterThan(10);
    counts.push(world.network.log.length);
    world.network.trouble = undefined;
    await world.advance(2 * MINUTE);
    for (const tab of tabs)
      expect(tab.session.getState()).toMatchObject({ status: "active", connection: "ok" });
    for (const list of events) expect(list.filter((name) => name === "recovered")).toHaveLength(1);
    expect(world.server.metrics.reuses).toBe(0);
  }
  expect(counts[0]).toBeLessThan(200);
  expect(counts[1]).toBeLessThan(counts[0] * 1.5);
});

test("F14 waits grow, are drawn by chance, and differ from browser to browser", async () => {
  const firsts = new Set<number>();
  for (let seed = 1; seed <= 8; seed++) {
    const { world } = await alone({ seed, server: { idle: 3 * HOUR } });
    world.network.trouble = () => ({ answer: BUSY });
    await world.advance(30 * MINUTE);
    const at = world.network.log.map((request) => request.at).filter((time) => time > MINUTE);
    const gaps = at.slice(1).map((time, i) => time - at[i]);
    expect(Math.max(...gaps.slice(0, 2))).toBeLessThan(5 * SECOND);
    expect(Math.max(...gaps)).toBeGreaterThan(20 * SECOND);
    expect(Math.max(...gaps)).toBeLessThan(62 * SECOND);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250);
    firsts.add(Math.round(gaps[3]));
  }
  expect(firsts.size).toBe(8);
});

test("F14 Retry-After holds for every tab, also when the network comes back meanwhile", async () => {
  const { world, tabs } = await signedIn(5);
  const answer = { status: 429, headers: { "retry-after": "120" }, body: { error: "slow down" } };
  world.network.next("/refresh", { answer });
  await world.advance(4 * MINUTE + 45 * SECOND);
  const [first] = world.network.sent("/refresh");
  expect(first.answer).toBe(answer);
  const until = first.doneAt as number;
  for (const tab of tabs) {
    tab.setOffline(true);
    tab.setOffline(false);
    await expect(world.run(tab.session.refresh())).rejects.toMatchObject({ code: "ERR_UNAVAILABLE" });
  }
  await world.advance(4 * MINUTE);
  const second = world.network.sent("/refresh")[1];
  expect(second.at - until).toBeGreaterThanOrEqual(120 * SECOND - 100);
  expect(world.server.metrics).toMatchObject({ refreshes: 1 });
  expect(showing(tabs)).toEqual(["active"]);
});

test("F14 Retry-After holds also where the page stood still before it could hear of it", async () => {
  const { world, tab } = await alone();
  world.network.next("/refresh", { answer: { status: 429, headers: { "retry-after": "120" } } });
  void outcome(tab.session.refresh());
  while (!world.network.sent("/refresh").length) await world.step();
  tab.freeze({ silent: true });
  await world.advance(30 * SECOND);
  tab.resume();
  await world.advance(100 * SECOND);
  expect(world.network.sent("/refresh")).toHaveLength(1);
});

test("I12 F14 a cool-down is no longer for a tab that opens after the clock was set back", async () => {
  const { world, tab } = await alone();
  world.network.next("/refresh", { answer: BUSY });
  await world.run(tab.session.refresh().catch(() => {}));
  world.stepClock(-24 * HOUR);
  const newcomer = world.tab();
  tab.close();
  await world.run(newcomer.session.start());
  await world.advance(5 * SECOND);
  await world.run(newcomer.session.refresh());
  expect(newcomer.session.getState()).toMatchObject({ status: "active", connection: "ok" });
});

test("F14 Retry-After as a date is read against the clock of the server, not against the one here", async () => {
  const { world, tab } = await alone();
  world.stepClock(-3 * HOUR);
  const answer = {
    status: 503,
    headers: { date: "Thu, 01 Jan 2026 12:00:00 GMT", "retry-after": "Thu, 01 Jan 2026 12:01:30 GMT" },
    body: { error: "busy" },
  };
  world.network.next("/refresh", { answer });
  const error = await world.run(tab.session.refresh().catch((e) => e));
  expect(error).toMatchObject({ code: "ERR_UNAVAILABLE", status: 503, retryAfter: 90 * SECOND });
  const failedAt = world.now;
  await world.advance(5 * MINUTE);
  expect(world.network.sent("/refresh")[1].at - failedAt).toBeGreaterThan(89 * SECOND);
});

test("F16 a start that finds the session on record and cannot reach the server says so, and goes on by itself", async () => {
  const { world, tabs } = await signedIn(2);
  tabs[0].setOffline(true);
  const again = tabs[0].reload();
  again.setOffline(true);
  await world.run(again.session.start());
  await world.advance(SECOND);
  expect(again.session.getState()).toMatchObject({ status: "active", connection: "retrying" });
  // The other tab has no need to ask.
  expect(tabs[1].session.getState().connection).toBe("ok");
  again.setOffline(false);
  await world.advance(SECOND);
  expect(again.session.getState()).toMatchObject({ connection: "ok", user: { id: "ada" } });
});

test("F16 offline: the user is kept, the state says so, and it recovers when the network is back", async () => {
  const { world, tabs } = await signedIn(2, { server: { idle: HOUR } });
  for (const tab of tabs) tab.setOffline(true);
  await world.advance(7 * MINUTE);
  for (const tab of tabs)
    expect(tab.session.getState()).toMatchObject({
      status: "active",
      user: { id: "ada" },
      connection: "retrying",
    });
  const events = tabs.map(eventsOf);
  for (const tab of tabs) tab.setOffline(false);
  await world.advance(3 * SECOND);
  for (const tab of tabs)
    expect(tab.session.getState()).toMatchObject({ status: "active", connection: "ok" });
  for (const list of events) expect([...list].sort()).toEqual(["recovered", "refreshed"]);
});

test("F19 the network comes back after the wake-up: refreshed within two seconds of it", async () => {
  const { world, tabs } = await signedIn(3);
  await world.sleep(8 * MINUTE);
  for (const tab of tabs) {
    tab.setOffline(true);
    tab.focus();
  }
  await world.advance(20 * SECOND);
  expect(world.server.metrics.refreshes).toBe(0);
  for (const tab of tabs) tab.setOffline(false);
  await world.advance(2 * SECOND);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(showing(tabs)).toEqual(["active"]);
});

test("F19 a wake-up that nobody announces is noticed: requests after it carry a good credential", async () => {
  const { world, tab } = await alone();
  await world.sleep(8 * MINUTE);
  const reply = await world.run(tab.session.fetch("/api/news"));
  expect(reply.status).toBe(200);
  expect(world.network.sent("/api/news")).toHaveLength(1);
  expect(world.server.metrics.refreshes).toBe(1);
});

test("I-live a refresh that brings what has expired on the way is no failure: whoever asks right after it gets another", async () => {
  const { world, tabs } = await signedIn(2, { server: { access: 4 * SECOND } });
  // As when a reply is lost, and the server is back after a while and gives the same successor again.
  world.network.next("/refresh", { delay: 8 * SECOND });
  while (tabs.some(({ session }) => session.inspect().sequence === 0)) await world.step();
  for (const { accessExpiresAt, now } of tabs.map(({ session }) => session.inspect()))
    expect(accessExpiresAt).toBeLessThanOrEqual(now);
  await world.run(Promise.all(tabs.map(({ session }) => session.refresh())));
  expect((await world.run(tabs[0].session.fetch("/api/news"))).status).toBe(200);
  expect(world.server.metrics.refreshes).toBe(2);
});

test("F21 a hidden tab with timers once a minute still has a valid credential for each request", async () => {
  const { world, tab } = await alone();
  tab.hide();
  tab.throttle(MINUTE);
  for (let i = 0; i < 14; i++) {
    await world.advance(61 * SECOND);
    if (shows(tab) !== "active") break;
    expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  }
  expect(world.network.sent("/api/news").length).toBeGreaterThan(10);
  expect(world.network.sent("/api/news").every((request) => request.outcome === 200)).toBe(true);
});

test("F24 a clock that is hours slow or fast does not make an expired credential look good", async () => {
  for (const step of [-3 * HOUR, 3 * HOUR]) {
    const { world, tab } = await alone();
    await world.advance(MINUTE);
    world.stepClock(step);
    await world.advance(3 * SECOND);
    for (let i = 0; i < 12; i++) {
      await world.advance(MINUTE);
      expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
    }
    const refused = world.network.sent("/api/news").filter((request) => request.outcome === 401);
    expect(refused).toEqual([]);
  }
});

test("F24 a 401 overrides what the clock says", async () => {
  const { world, tab } = await alone();
  world.server.limits.access = 30 * SECOND;
  await world.advance(MINUTE);
  expect(tab.session.inspect().accessExpiresAt - tab.session.inspect().now).toBeGreaterThan(3 * MINUTE);
  expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  expect(world.network.sent("/api/news").map((request) => request.outcome)).toEqual([401, 200]);
  expect(world.server.metrics.refreshes).toBe(1);
});

test("a refresh is asked for within the last minute of a credential, or the last quarter of a short one", async () => {
  for (const [access, margin] of [
    [5 * MINUTE, MINUTE],
    [HOUR, MINUTE],
    [40 * SECOND, 10 * SECOND],
  ]) {
    const { world } = await alone({ server: { access, idle: 3 * HOUR } });
    await world.advance(access + SECOND);
    const [first] = world.network.sent("/refresh");
    expect(first.at).toBeGreaterThan(access - margin - SECOND);
    expect(first.at).toBeLessThan(access);
  }
});

test("refreshMargin moves the refresh", async () => {
  const { world } = await alone({ server: { access: HOUR, idle: 3 * HOUR } }, { refreshMargin: "10m" });
  await world.advance(HOUR);
  const [first] = world.network.sent("/refresh");
  expect(first.at).toBeGreaterThan(50 * MINUTE - SECOND);
  expect(first.at).toBeLessThan(55 * MINUTE + SECOND);
});

test("a credential whose life is not told is refreshed when it is refused, not before", async () => {
  const { world, tab } = await alone({ server: { access: Number.POSITIVE_INFINITY } });
  await world.advance(12 * MINUTE);
  expect(world.server.metrics.refreshes).toBe(0);
  world.server.limits.access = 5 * MINUTE;
  expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  expect(world.server.metrics.refreshes).toBe(1);
});

test("a server that grants credentials of no length is not asked in a loop", async () => {
  const { world, tab } = await alone();
  world.server.limits.access = 0;
  await world.advance(10 * MINUTE);
  expect(shows(tab)).toBe("active");
  expect(world.network.sent("/refresh").length).toBeLessThan(400);
});

test("F22 start() while the server is being asked again already: one of them asks on, not both", async () => {
  const world = createWorld();
  const tab = world.tab({ refresh: "/refresh" });
  world.network.trouble = () => ({ answer: { status: 503 } });
  world.network.delay = 200;
  await world.run(tab.session.start());
  while (!world.network.inFlight.length) await world.step();
  await world.run(tab.session.start());
  expect(world.network.inFlight).toEqual([]);
  expect(tab.usage().timers).toBe(1);
});
