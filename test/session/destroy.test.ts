import { createSession } from "sojourn";
import { bff } from "sojourn/presets";
import { expect, test } from "vitest";
import { alone, eventsOf, LASTING, MINUTE, outcome, SECOND, shows, signedIn } from "./support.js";

const lasting = { server: LASTING };

test("F7 mount, unmount, mount: one channel, one set of listeners, no lock, whenever it was unmounted", async () => {
  for (const steps of [0, 1, 2, 3, 5, 8, 13, 21]) {
    const { world, tab } = await alone();
    tab.session.destroy();
    const open = () => createSession({ server: bff(), platform: tab.platform });
    const first = open();
    first.start().catch(() => {});
    for (let i = 0; i < steps; i++) await world.step();
    first.destroy();
    const second = open();
    await world.run(second.start());
    await world.advance(30 * SECOND);
    expect(tab.usage(), `${steps} steps`).toEqual({
      timers: 1,
      activity: 1,
      lifecycle: 1,
      channels: 1,
      locksHeld: 0,
      locksPending: 0,
      storage: 1,
      requests: 0,
    });
    expect(second.getState().status).toBe("active");
    second.destroy();
    await world.advance(SECOND);
    expect(Object.values(tab.usage()), `${steps} steps`).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  }
});

test("F7 a session that is destroyed in the middle of a refresh leaves no lock behind, and its callers hear of it", async () => {
  const { world, tabs } = await signedIn(2);
  world.network.next("/refresh", "hang");
  const refreshing = outcome(tabs[0].session.refresh());
  const waiting = outcome(tabs[1].session.refresh());
  await world.advance(SECOND);
  tabs[0].session.destroy();
  tabs[1].session.destroy();
  const codes = await world.run(Promise.all([refreshing, waiting]), SECOND);
  for (const code of codes) expect(code).toMatch(/^ERR_/);
  expect(world.locks.query()).toEqual({ held: [], pending: [] });
  for (const tab of tabs) expect(Object.values(tab.usage())).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test("destroy lets go of everything, at any moment, and says so to late callers", async () => {
  for (let steps = 0; steps < 60; steps += 4) {
    const { world, tabs } = await signedIn(2);
    const [tab] = tabs;
    await world.advance(5 * MINUTE - 60 * SECOND);
    const calls = [
      outcome(tab.session.refresh()),
      outcome(tab.session.fetch("/api/news")),
      outcome(tab.session.extend()),
      outcome(tab.session.logout()),
    ];
    tab.session.hold();
    for (let i = 0; i < steps; i++) await world.step();
    tab.session.destroy();
    await world.run(Promise.all(calls), MINUTE);
    await world.advance(MINUTE);
    expect(Object.values(tab.usage()), `${steps} steps`).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    for (const late of [tab.session.start(), tab.session.fetch("/api/news"), tab.session.logout()])
      await expect(late).rejects.toMatchObject({ code: "ERR_DESTROYED" });
    tab.session.destroy();
  }
});

test("after destroy no listener hears anything, and the other tabs go on", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const events = eventsOf(tabs[0]);
  let changes = 0;
  tabs[0].session.subscribe(() => changes++);
  tabs[0].session[Symbol.dispose]();
  await world.run(tabs[1].session.logout());
  await world.advance(SECOND);
  expect(events).toEqual([]);
  expect(changes).toBe(1);
  expect(shows(tabs[1])).toBe("ended logout");
});

test("S7 I-dead who signs out and destroys the session at once still tells the others that it is on record", async () => {
  const { world, tabs } = await signedIn(2);
  const [leaving, other] = tabs;
  // The word of the end was too early for a tab that takes the session up in that moment.
  world.channel.trouble = ({ data }) => ((data as { type?: string }).type === "ended" ? "lose" : undefined);
  void leaving.session.logout();
  await world.step();
  leaving.session.destroy();
  await world.advance(SECOND);
  expect(shows(other)).toBe("ended logout");
  expect(world.channel.open(leaving.name)).toBe(0);
});

test("I-dead a session that is destroyed as its refresh is refused still tells the others that it is on record", async () => {
  const { world, tabs } = await signedIn(2);
  const [refused, other] = tabs;
  world.server.revoke();
  world.disk.delay = [20, 20];
  await world.advance(4 * MINUTE);
  while (world.network.sent("/refresh")[0]?.outcome !== 401) await world.step();
  const [{ tab: name }] = world.network.sent("/refresh");
  const [gone, stays] = name === refused.name ? [refused, other] : [other, refused];
  await world.advance(10);
  gone.session.destroy();
  await world.advance(SECOND);
  expect(shows(stays)).toBe("ended rejected");
  expect(world.channel.open(gone.name)).toBe(0);
});

test("I-dead so it does where somebody has asked for that refresh", async () => {
  const { world, tabs } = await signedIn(2);
  const [gone, stays] = tabs;
  await world.advance(MINUTE);
  world.server.revoke();
  world.disk.delay = [20, 20];
  const asked = outcome(gone.session.refresh());
  while (world.network.sent("/refresh")[0]?.outcome !== 401) await world.step();
  gone.session.destroy();
  await world.run(asked);
  await world.advance(SECOND);
  expect(shows(stays)).toBe("ended rejected");
  expect(world.channel.open(gone.name)).toBe(0);
});
