import { createWorld, type StorageTrouble } from "sojourn/testing";
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
const inMemory = { storage: "memory" } as const;

test.each<StorageTrouble>(["error", "hang"])(
  "F32 F34 storage that answers every use with %s: one event, and the session goes on in memory",
  async (trouble) => {
    const { world, tabs } = await signedIn(3);
    const degraded = tabs.map(() => 0);
    tabs.forEach((tab, i) => {
      tab.session.on("degraded", ({ part }) => {
        expect(part).toBe("storage");
        degraded[i]++;
      });
    });
    world.disk.trouble = () => trouble;
    await work(world, tabs[0], 12 * MINUTE);
    expect(showing(tabs)).toEqual(["active"]);
    expect(degraded).toEqual([1, 1, 1]);
    for (const tab of tabs) expect(tab.session.inspect().storage).toBe("memory");
    expect(world.server.metrics).toMatchObject({ reuses: 0 });
    expect(world.server.metrics.refreshes).toBeLessThanOrEqual(3);
    await world.run(tabs[1].session.logout());
    await world.advance(SECOND);
    expect(showing(tabs)).toEqual(["ended logout"]);
    expect(degraded).toEqual([1, 1, 1]);
  },
);

test.each<StorageTrouble>(["error", "hang"])(
  "F32 the first read of the storage answers with %s: the start is not held up, and the server decides",
  async (trouble) => {
    const { world, tab } = await alone(lasting);
    const newcomer = world.tab();
    world.disk.trouble = ({ tab: name }) => (name === newcomer.name ? trouble : undefined);
    let degraded = 0;
    newcomer.session.on("degraded", () => degraded++);
    const state = await world.run(newcomer.session.start(), 5 * SECOND);
    expect(state).toMatchObject({ status: "active", user: { id: "ada" } });
    await world.run(newcomer.session.logout());
    await world.advance(SECOND);
    expect(shows(tab)).toBe("ended logout");
    expect(degraded).toBe(1);
  },
);

test("F32 I4 the storage hangs, and tabs answer one another later than anybody listens: what they say counts all the same", async () => {
  const { world, tabs } = await signedIn(3);
  world.disk.trouble = () => "hang";
  world.channel.trouble = ({ data }) => ((data as { to?: string }).to ? { delay: 400 } : undefined);
  await world.run(tabs[1].session.refresh());
  await world.advance(5 * SECOND);
  expect(tabs.map((tab) => tab.session.inspect())).toMatchObject(
    Array(3).fill({ sequence: 1, storage: "memory" }),
  );
});

test("F32 I4 a tab that does without the storage follows a sign-in in one that has it", async () => {
  const { world, tabs } = await signedIn(4);
  const [tab, other, ...without] = tabs;
  const names = without.map(({ name }) => name);
  world.disk.trouble = ({ tab: name }) => (names.includes(name) ? "hang" : undefined);
  for (const it of without) it.focus();
  await world.advance(5 * SECOND);
  expect(tabs.map((it) => it.session.inspect().storage)).toEqual([
    "indexeddb",
    "indexeddb",
    "memory",
    "memory",
  ]);
  const fallen = world.now;
  await world.run(tab.session.logout());
  await world.run(other.session.start(world.server.signIn("ada")));
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  // Whoever was asked has answered, and nobody else.
  const typeOf = (data: unknown) => (data as { type: string }).type;
  const told = world.channel.log.filter(({ at }) => at > fallen);
  const asks = told.filter(({ data }) => typeOf(data) === "ask");
  const answers = told.filter(
    ({ data, from }) => typeOf(data) === "facts" && !names.includes(from as string),
  );
  expect(asks.length).toBeGreaterThan(1);
  expect(answers.length).toBe(asks.length);
});

test("F34 a lost connection is opened again once, and nobody notices", async () => {
  const { world, tab } = await alone(lasting);
  const events = eventsOf(tab);
  let left = 1;
  world.disk.trouble = () => (left-- > 0 ? "error" : undefined);
  await work(world, tab, 5 * MINUTE);
  expect(events).toEqual([]);
  expect(tab.session.inspect().storage).toBe("indexeddb");
});

test("F20 a look at the storage has slept, and the connection is lost once more by it: the storage is still used", async () => {
  const { world, tab } = await alone(lasting);
  const events = eventsOf(tab);
  const answers = ["hang", "error"] as const;
  let asked = 0;
  world.disk.trouble = () => answers[asked++];
  tab.focus();
  await world.advance(2 * SECOND);
  expect(asked).toBeGreaterThan(2);
  expect(events).toEqual([]);
  expect(tab.session.inspect().storage).toBe("indexeddb");
});

test("storage that is slow but answers within its time is no trouble", async () => {
  const { world, tabs } = await signedIn(3);
  const events = tabs.map(eventsOf);
  world.disk.trouble = () => ({ delay: 700 });
  await work(world, tabs[0], 6 * MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
  for (const list of events) expect(list).not.toContain("degraded");
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
});

test("the storage is cleared under a living session: nobody is signed out, and the record is back with the next write", async () => {
  const { world, tabs } = await signedIn(3);
  world.disk.clear();
  for (const tab of tabs) tab.focus();
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  await world.advance(5 * MINUTE);
  expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(recordOf(world)).toMatchObject({ live: true, sequence: 1 });
});

test("the storage is cleared while a page is away: what the server confirms is on record again, though it is no news", async () => {
  const { world, tab } = await alone(lasting);
  tab.bfcache();
  world.disk.clear();
  tab.restore();
  await world.advance(SECOND);
  expect(recordOf(world)).toMatchObject({ live: true });
  expect(shows(tab)).toBe("active");
});

test("the storage is cleared and the last tab reloaded: the server knows who is signed in", async () => {
  const { world, tab } = await alone(lasting);
  world.disk.clear();
  const reloaded = tab.reload();
  expect(await world.run(reloaded.session.start())).toMatchObject({ status: "active", user: { id: "ada" } });
});

test("nonsense in the storage is no record, and harms nobody", async () => {
  const good = await alone(lasting).then(({ world }) => recordOf(world));
  for (const nonsense of [
    null,
    42,
    "record",
    [],
    {},
    { ...good, v: 2 },
    { ...good, epoch: "many" },
    { ...good, epoch: Number.NaN },
    { ...good, sequence: -1 },
    { ...good, absoluteAt: null },
    { ...good, live: "yes" },
    { ...good, live: false, end: null },
    { ...good, live: true, end: { reason: "logout", confirmed: true } },
    { ...good, intent: { attempt: "x", tab: 1 } },
    { ...good, subject: { toString: 1 } },
  ]) {
    const { world, tab } = await alone(lasting);
    world.disk.write("sojourn.default", nonsense);
    tab.focus();
    await work(world, tab, 3 * MINUTE);
    expect(shows(tab)).toBe("active");
    const newcomer = world.tab();
    world.disk.write("sojourn.default", nonsense);
    expect(await world.run(newcomer.session.start())).toMatchObject({
      status: "active",
      user: { id: "ada" },
    });
  }
});

test("storage that says it has written and has not: nobody is signed out, and one refresh is enough", async () => {
  const { world, tabs } = await signedIn(3);
  world.disk.trouble = ({ kind }) => (kind === "update" ? "lie" : undefined);
  await work(world, tabs[0], 12 * MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.metrics.reuses).toBe(0);
});

test("I-idle I9 activity in a tab that is a lost refresh behind counts for the one that is ahead, and stays on record", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const [ahead, behind] = tabs;
  world.disk.trouble = ({ tab, kind }) => (tab === ahead.name && kind === "update" ? "lie" : undefined);
  await world.run(ahead.session.refresh());
  world.disk.trouble = undefined;
  await world.advance(6 * MINUTE);
  expect([ahead, behind].map(({ session }) => session.inspect().sequence)).toEqual([1, 0]);
  behind.activity();
  await world.advance(SECOND);
  expect(ahead.session.timeLeft("idle") - behind.session.timeLeft("idle")).toBeCloseTo(0, -2);
  const { activityAt } = recordOf(world);
  await world.run(ahead.session.refresh());
  expect(recordOf(world)).toMatchObject({ sequence: 2, activityAt });
});

test('storage: "memory" touches no disk, and tabs tell each other all there is', async () => {
  const { world, tabs } = await signedIn(5, {}, inMemory);
  let uses = 0;
  world.disk.trouble = () => {
    uses++;
    return undefined;
  };
  await work(world, tabs[0], 20 * MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.metrics.refreshes).toBeGreaterThanOrEqual(4);
  expect(world.server.metrics.refreshes).toBeLessThanOrEqual(5);
  expect(world.server.metrics.reuses).toBe(0);
  for (const tab of tabs) {
    expect(tab.session.inspect().sequence).toBe(world.server.metrics.refreshes);
    expect(tab.session.inspect().storage).toBe("memory");
  }
  const events = tabs.map(eventsOf);
  await world.advance(13.5 * MINUTE);
  expect(showing(tabs)).toEqual(["warning idle"]);
  await world.run(tabs[3].session.extend());
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  await world.run(tabs[4].session.logout());
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended logout"]);
  for (const list of events) expect(list).not.toContain("degraded");
  expect(uses).toBe(0);
  expect(recordOf(world)).toBeUndefined();
});

test('storage: "memory": a newcomer learns from the others, and a reload of the last tab from the server', async () => {
  const { world, tabs } = await signedIn(2, lasting, inMemory);
  await work(world, tabs[0], 10 * MINUTE);
  await world.advance(5 * MINUTE);
  const newcomer = world.tab(inMemory);
  await world.run(newcomer.session.start());
  expect(newcomer.session.timeLeft("idle") - tabs[0].session.timeLeft("idle")).toBeCloseTo(0, -2);
  expect(newcomer.session.inspect().epoch).toBe(tabs[0].session.inspect().epoch);
  newcomer.close();
  tabs[1].close();
  const reloaded = tabs[0].reload();
  expect(await world.run(reloaded.session.start())).toMatchObject({ status: "active", user: { id: "ada" } });
});

test('storage: "memory": twenty tabs at expiry send exactly one refresh', async () => {
  for (const seed of [1, 2, 3]) {
    const { world, tabs } = await signedIn(20, { seed }, inMemory);
    await world.advance(5 * MINUTE);
    expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0 });
    expect(showing(tabs)).toEqual(["active"]);
    await world.run(Promise.all(tabs.map((tab) => tab.session.refresh())));
    expect(world.server.metrics).toMatchObject({ refreshes: 2, reuses: 0 });
  }
});

test('storage: "memory": a frozen tab learns of the end before it shows or sends anything', async () => {
  const { world, tabs } = await signedIn(3, lasting, inMemory);
  const [tab, other] = tabs;
  tab.freeze();
  await world.run(other.session.logout());
  await world.advance(MINUTE);
  tab.resume();
  const refused = outcome(tab.session.fetch("/api/news"));
  while (tab.curtain) await world.step();
  expect(shows(tab)).toBe("ended logout");
  expect(await world.run(refused)).toBe("ERR_SESSION_ENDED");
  expect(world.network.sent("/api/news")).toEqual([]);
});

test('storage: "memory": signing out while the server is out of reach lasts as long as a tab lives', async () => {
  const { world, tabs } = await signedIn(2, lasting, inMemory);
  world.network.trouble = ({ path }) => (path === "/logout" ? "lose-request" : undefined);
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND);
  const newcomer = world.tab(inMemory);
  await world.run(newcomer.session.start());
  expect(shows(newcomer)).not.toBe("active");
  world.network.trouble = undefined;
  await world.advance(HOUR);
  expect(world.server.sessions[0].over).not.toBeUndefined();
});

test("I12 a write of activity that comes late, after the clock was set back, ends nothing", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.advance(2 * MINUTE);
  world.disk.trouble = ({ tab, kind }) =>
    tab === tabs[0].name && kind === "update" ? { delay: 900 } : undefined;
  tabs[0].activity();
  await world.advance(10);
  world.stepClock(-24 * HOUR);
  tabs[1].activity();
  await world.advance(5 * SECOND);
  world.disk.trouble = undefined;
  await world.advance(5 * SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  expect(recordOf(world)).toMatchObject({ live: true });
});

test("S7 a sign-out that only memory knew reaches the other tabs as soon as the disk is back", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  world.disk.trouble = ({ tab }) => (tab === tabs[0].name ? "error" : undefined);
  world.channel.trouble = () => "lose";
  world.network.trouble = () => "lose-request";
  expect(await world.run(tabs[0].session.logout())).toBe(false);
  await world.advance(5 * SECOND);
  expect(shows(tabs[1])).toBe("active");
  world.disk.trouble = world.channel.trouble = undefined;
  tabs[0].freeze();
  tabs[0].resume();
  await world.advance(2 * SECOND);
  expect(showing(tabs)).toEqual(["ended logout"]);
});

test("facts of another session that happens to have the same numbers are not taken for this one's", async () => {
  const { world, tabs } = await signedIn(2, lasting, inMemory);
  const { record } = tabs[0].session.inspect();
  const subject = "0123456789abcdef0123456789abcdef";
  const foreign = { ...record, prefix: "ffffffffffffffff", subject, marker: "77" };
  for (const prefix of ["ffffffffffffffff", "0000000000000000"])
    world.channel.post("sojourn.default", {
      v: 1,
      type: "facts",
      sender: "stranger",
      record: { ...foreign, prefix },
    });
  await world.advance(SECOND);
  tabs[0].activity();
  await world.advance(2 * MINUTE);
  for (const tab of tabs) {
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
    expect(tab.session.inspect().record).toMatchObject({ prefix: record?.prefix, marker: record?.marker });
  }
});

test("one tab has no storage, the others have: they still agree on refreshes and ends", async () => {
  const { world, tabs } = await signedIn(3);
  world.disk.trouble = ({ tab }) => (tab === tabs[2].name ? "error" : undefined);
  await work(world, tabs[0], 12 * MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.metrics.reuses).toBe(0);
  await world.run(tabs[2].session.logout());
  await world.advance(2 * SECOND);
  expect(showing(tabs)).toEqual(["ended logout"]);
});

test("no record and no message ever holds a credential", async () => {
  const { world, tabs } = await signedIn(3);
  await work(world, tabs[0], 12 * MINUTE);
  await world.run(tabs[0].session.logout());
  const { cookies } = world.network;
  const secrets = world.network.log
    .flatMap((request) => Object.values(request.cookies))
    .concat([...cookies.values()]);
  expect(secrets.length).toBeGreaterThan(5);
  const open = JSON.stringify([recordOf(world), world.channel.log]);
  for (const secret of secrets) expect(open).not.toContain(secret);
  expect(open).not.toContain("ada");
});

test("F29 a write that was given up and comes through later changes nothing any more", async () => {
  const world = createWorld();
  const tab = world.tab();
  await world.run(tab.session.start());
  // The sign-in is written at the second try; the first one wakes up when all is over.
  let writes = 0;
  world.disk.trouble = ({ kind }) => (kind === "update" && !writes++ ? { delay: 5 * SECOND } : undefined);
  await world.run(tab.session.start(world.server.signIn("ada")));
  await world.run(tab.session.logout());
  const ended = recordOf(world);
  expect(ended).toMatchObject({ live: false, end: { reason: "logout", confirmed: true } });
  await world.advance(10 * SECOND);
  expect(recordOf(world)).toEqual(ended);
  const newcomer = world.tab();
  await world.run(newcomer.session.start());
  expect([shows(tab), shows(newcomer)]).toEqual(["ended logout", "signed-out"]);
});

test("S7 a sign-out is written by a page that stood still, and given up all the same: the server is told", async () => {
  const { world, tab } = await alone();
  world.disk.delay = [100, 100];
  const out = tab.session.logout();
  await world.advance(50);
  tab.freeze({ silent: true });
  await world.advance(5 * SECOND);
  tab.resume();
  expect(await world.run(out)).toBe(true);
  expect(recordOf(world)).toMatchObject({ live: false, end: { reason: "logout", confirmed: true } });
  expect(world.server.metrics.signOuts).toBe(1);
});

test("I-fence the application starts the session again after the storage had failed: what it missed is not taken for the record", async () => {
  const { world, tab } = await alone(lasting);
  world.disk.trouble = () => "error";
  await world.run(tab.session.refresh());
  world.disk.trouble = undefined;
  const sequences = new Set<number>();
  let done = false;
  void tab.session.start().then(() => {
    done = true;
  });
  while (!done) {
    await world.step();
    sequences.add(tab.session.inspect().sequence);
  }
  expect(sequences).toEqual(new Set([1]));
});

test('I-idle storage: "memory": activity that could not be told to the server is told later, though the others had heard that it was', async () => {
  const { world, tabs } = await signedIn(3, lasting, inMemory);
  await world.advance(2 * MINUTE);
  world.network.next("/session/touch", { answer: { status: 503, body: {} } });
  tabs[1].activity();
  await world.advance(5 * MINUTE);
  expect(world.server.metrics.touches).toBeGreaterThan(0);
});

test("I1 an activity that comes too late in a tab without storage ends the session in the other tabs, too", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const [broken, other] = tabs;
  world.disk.trouble = ({ tab }) => (tab === broken.name ? "error" : undefined);
  await world.run(outcome(broken.session.refresh()));
  expect(broken.session.inspect().storage).toBe("memory");
  other.freeze({ silent: true });
  await world.advance(14 * MINUTE);
  other.resume();
  await world.advance(MINUTE - SECOND);
  // This tab's clock runs ahead; the user moves just then.
  broken.stepClock(2 * SECOND);
  broken.activity();
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended idle"]);
});

test('storage: "memory": two tabs that found the session before they met agree on its refreshes afterwards', async () => {
  const world = createWorld();
  const tabs = [world.tab(inMemory), world.tab(inMemory)];
  world.server.signIn("ada");
  world.channel.trouble = () => "lose";
  await world.run(Promise.all(tabs.map((tab) => tab.session.start())));
  const prefixes = () => new Set(tabs.map((tab) => tab.session.inspect().record?.prefix));
  expect(prefixes().size).toBe(2);
  world.channel.trouble = undefined;
  world.network.next("/refresh", "lose-reply");
  world.network.next("/refresh", "lose-reply");
  await world.run(outcome(tabs[0].session.refresh()));
  await world.run(outcome(tabs[1].session.refresh()));
  await world.advance(MINUTE);
  expect(prefixes().size).toBe(1);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.metrics.reuses).toBe(0);
});

test('I-idle "stay signed in" was not stored, and what is stored is from before the clock was set back: it revives nothing', async () => {
  const { world, tab } = await alone({ server: { ...LASTING, idle: 2 * MINUTE } });
  world.stepClock(-DAY);
  await world.advance(90 * SECOND);
  world.disk.trouble = () => "hang";
  const extended = tab.session.extend();
  await world.advance(5 * SECOND);
  world.disk.trouble = undefined;
  await world.run(extended);
  expect(tab.session.inspect().storage).toBe("memory");
  await world.advance(2 * MINUTE);
  expect(shows(tab)).toBe("ended idle");
});
