import { createWorld } from "sojourn/testing";
import { expect, test } from "vitest";
import { HOUR, MINUTE, SECOND, shows, signedIn, work } from "./support.js";

/** An hour in the life of five tabs, as it is told. */
async function story(seed: number | string): Promise<string[]> {
  const lines: string[] = [];
  const { world, tabs } = await signedIn(5, { seed, trace: (line) => lines.push(line) });
  world.channel.trouble = ({ at }) => (Math.floor(at) % 3 ? undefined : "lose");
  await work(world, tabs[0], 10 * MINUTE);
  tabs[1].freeze();
  await world.sleep(MINUTE);
  tabs[2].crash();
  await work(world, tabs[3], 10 * MINUTE);
  tabs[1].resume();
  world.stepClock(-HOUR);
  await work(world, tabs[4], 10 * MINUTE);
  await world.run(tabs[0].session.logout());
  await world.advance(MINUTE);
  return lines;
}

test("the same seed tells the same story, another seed another one", async () => {
  const first = await story(7);
  expect(first.length).toBeGreaterThan(200);
  expect(await story(7)).toEqual(first);
  expect(await story(8)).not.toEqual(first);
  expect(await story("seven")).not.toEqual(first);
});

test("no time passes but what is let pass, and what is due happens in order", async () => {
  const world = createWorld();
  const tab = world.tab();
  const { clock } = tab.platform;
  const fired: number[] = [];
  for (const ms of [300, 100, 200, 100.5]) clock.timer(ms, () => fired.push(ms));
  const cancel = clock.timer(150, () => fired.push(150));
  cancel();
  await world.settle();
  expect(fired).toEqual([]);
  await world.advance(200);
  expect(fired).toEqual([100, 100.5, 200]);
  expect(world.now).toBe(200);
  expect(await world.step()).toBe(true);
  expect(world.now).toBe(300);
  expect(await world.step()).toBe(false);
});

test("a machine that sleeps: timers wait for the monotonic clock where that stands still, else they are late", async () => {
  for (const [clockStopsInSleep, at] of [
    [true, 25 * MINUTE],
    [false, 20 * MINUTE],
  ] as const) {
    const world = createWorld({ clockStopsInSleep });
    const { clock } = world.tab().platform;
    const [wall, mono] = [clock.wall(), clock.mono()];
    const fired: number[] = [];
    clock.timer(5 * MINUTE, () => fired.push(world.now));
    await world.sleep(20 * MINUTE);
    expect(clock.wall() - wall).toBe(20 * MINUTE);
    expect(clock.mono() - mono).toBe(clockStopsInSleep ? 0 : 20 * MINUTE);
    await world.advance(10 * MINUTE);
    expect(fired).toEqual([at]);
  }
});

test("a frozen tab takes nothing in, and all that came when it runs again; a crashed one nothing ever", async () => {
  const world = createWorld();
  const tabs = [world.tab(), world.tab(), world.tab()];
  const heard: string[][] = tabs.map(() => []);
  const [speaker] = tabs.map((tab, i) =>
    tab.platform.channel("test", (data) => heard[i].push(`message ${data}`)),
  );
  tabs.forEach((tab, i) => {
    tab.platform.clock.timer(SECOND, () => heard[i].push("timer"));
    tab.platform
      .record("test")
      .update(() => ({ by: tab.name }))
      .then(() => heard[i].push("stored"));
  });
  tabs[1].freeze({ silent: true });
  tabs[2].crash();
  speaker.post("hello");
  await world.advance(MINUTE);
  expect(heard).toEqual([["stored", "timer"], [], []]);
  expect(world.disk.read("test")).toEqual({ by: "tab 1" });
  tabs[1].resume();
  await world.advance(SECOND);
  expect([...heard[1]].sort()).toEqual(["message hello", "stored", "timer"]);
  expect(heard[2]).toEqual([]);
  expect(tabs.map((tab) => tab.life)).toEqual(["running", "running", "crashed"]);
});

test("locks: first come first served, a signal ends a wait, a theft is told to the robbed, a crash frees", async () => {
  const world = createWorld();
  const [a, b, c] = [world.tab(), world.tab(), world.tab()];
  const told: string[] = [];
  const hold = (tab: typeof a, ms: number, options: object = {}) =>
    tab.platform
      .lock?.("test", options, () => {
        told.push(`${tab.name} has it`);
        return new Promise<void>((resolve) => tab.platform.clock.timer(ms, resolve));
      })
      .then(
        () => told.push(`${tab.name} is done`),
        (error) => told.push(`${tab.name} ${error.name}`),
      );
  const tired = new AbortController();
  hold(a, SECOND);
  hold(b, SECOND, { signal: tired.signal });
  hold(c, HOUR);
  await world.advance(10);
  expect(world.locks.query()).toEqual({
    held: [{ name: "test", tab: "tab 1" }],
    pending: [
      { name: "test", tab: "tab 2" },
      { name: "test", tab: "tab 3" },
    ],
  });
  tired.abort();
  await world.advance(2 * SECOND);
  expect(told).toEqual(["tab 1 has it", "tab 2 AbortError", "tab 1 is done", "tab 3 has it"]);
  hold(b, HOUR, { steal: true });
  await world.advance(SECOND);
  expect(told.slice(4).sort()).toEqual(["tab 2 has it", "tab 3 AbortError"]);
  expect(world.locks.steals).toBe(1);
  hold(a, SECOND);
  b.crash();
  await world.advance(SECOND);
  expect(told.at(-1)).toBe("tab 1 has it");
});

test("a frozen tab keeps its lock, and is granted one it waits for", async () => {
  const world = createWorld();
  const [a, b] = [world.tab(), world.tab()];
  void a.platform.lock?.(
    "test",
    {},
    () => new Promise((resolve) => a.platform.clock.timer(SECOND, resolve as never)),
  );
  void b.platform.lock?.("test", {}, async () => {});
  await world.advance(10);
  b.freeze({ silent: true });
  await world.advance(MINUTE);
  expect(world.locks.query()).toEqual({ held: [{ name: "test", tab: "tab 2" }], pending: [] });
  b.resume();
  await world.advance(10);
  expect(world.locks.query().held).toEqual([]);
});

test("the server rotates, detects reuse, and forgives a repetition with its key for a while", async () => {
  const { world, tabs } = await signedIn(1);
  const refresh = (key: string) =>
    world.run(
      tabs[0].platform.fetch(
        new Request("https://app.test/refresh", {
          method: "POST",
          headers: { "X-Sojourn": "1", "Idempotency-Key": key },
        }),
      ),
    );
  const old = new Map(world.network.cookies);
  const restore = () => {
    for (const [name, value] of old) world.network.cookies.set(name, value);
  };
  expect((await refresh("one")).status).toBe(200);
  const successor = world.network.cookies.get("rt.1");
  restore();
  expect((await refresh("one")).status).toBe(200);
  expect(world.network.cookies.get("rt.1")).toBe(successor);
  expect((await refresh("two")).status).toBe(200);
  restore();
  expect((await refresh("three")).status).toBe(401);
  expect(world.server.metrics).toMatchObject({ refreshes: 2, replays: 1, reuses: 1 });
  expect(world.server.sessions[0].over).toBe("revoked");
});

test("the server refuses what lacks its header, and ends sessions by its own limits whatever the tabs do", async () => {
  const { world, tabs } = await signedIn(1);
  const [tab] = tabs;
  const ask = (path: string, init?: RequestInit) =>
    world.run(tab.platform.fetch(new Request(`https://app.test${path}`, init)));
  expect((await ask("/session/touch", { method: "POST" })).status).toBe(403);
  tab.session.destroy();
  await world.advance(14 * MINUTE);
  expect((await ask("/session")).status).toBe(200);
  await world.advance(2 * MINUTE);
  const refused = await ask("/api/news");
  expect([refused.status, await refused.json()]).toEqual([401, { error: "no_session", reason: "idle" }]);
});

test("time that does not end is not waited for", async () => {
  const world = createWorld();
  await expect(world.run(new Promise(() => {}), HOUR)).rejects.toThrow("Not settled within 3600000 ms");
  expect(world.now).toBe(HOUR);
  const { clock } = world.tab().platform;
  const again = () => void clock.timer(0, again);
  again();
  await expect(world.advance(1)).rejects.toThrow("goes on for ever");
});

test("two courses of events at once are refused", async () => {
  const world = createWorld();
  const first = world.advance(SECOND);
  await expect(world.advance(SECOND)).rejects.toThrow("moving already");
  await first;
  expect(world.now).toBe(SECOND);
});

test("a tab that does not run cannot be used", async () => {
  const { tabs } = await signedIn(2);
  tabs[0].freeze();
  expect(() => tabs[0].activity()).toThrow("tab 1 is frozen");
  expect(() => tabs[1].resume()).toThrow("tab 2 is running");
  tabs[1].close();
  expect(() => tabs[1].activity()).toThrow("tab 2 is closed");
  expect(shows(tabs[1])).toBe("active");
});
