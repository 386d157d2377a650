import type { StandardSchema } from "sojourn";
import { createWorld, type FakeUser } from "sojourn/testing";
import { expect, test } from "vitest";
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
} from "./support.js";

const lasting = { server: LASTING };

test("I4 the same user signs in again in one tab: the others resume in place, with their user", async () => {
  const { world, tabs } = await signedIn(4, lasting);
  await world.advance(16 * MINUTE);
  expect(showing(tabs)).toEqual(["ended idle"]);
  const events = tabs.map(eventsOf);
  await world.run(tabs[2].signIn("ada"));
  await world.advance(SECOND);
  for (const tab of tabs)
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
  expect(events).toEqual(tabs.map(() => ["started"]));
  for (const tab of tabs) expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
});

test("I4 I-quiet the others ask the server who has signed in: what it says is no news, and is written and told once", async () => {
  const { world, tabs } = await signedIn(5, lasting);
  await world.run(tabs[0].session.logout());
  await world.advance(2 * SECOND);
  const writes: string[] = [];
  world.disk.trouble = ({ tab, kind }) => {
    if (kind === "update") writes.push(tab);
    return undefined;
  };
  const said = world.channel.log.length;
  const { peeks } = world.server.metrics;
  await world.run(tabs[2].signIn("ada"));
  await world.advance(SECOND);
  for (const tab of tabs)
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
  expect(world.server.metrics.peeks - peeks).toBe(4);
  expect(writes).toEqual([tabs[2].name]);
  expect(world.channel.log.slice(said)).toMatchObject([{ from: tabs[2].name, data: { type: "changed" } }]);
});

test("I4 another user signs in: the session of the other tabs ends as replaced, and shows nothing of theirs", async () => {
  const { world, tabs } = await signedIn(4, lasting);
  const events = tabs.map(eventsOf);
  const seen: unknown[] = [];
  tabs[1].session.subscribe((state) => "user" in state && seen.push(state.user));
  await world.run(tabs[0].signIn("alan"));
  await world.advance(SECOND);
  expect(tabs[0].session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
  for (const tab of tabs.slice(1))
    expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "replaced" });
  expect(events.slice(1)).toEqual([["ended"], ["ended"], ["ended"]]);
  for (const user of seen) expect(user).toMatchObject({ id: "ada" });
  expect(await world.run(outcome(tabs[1].session.fetch("/api/news")))).toBe("ERR_SESSION_ENDED");
});

test("I4 another user signs in where the session had ended before: the other tabs do not show them", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  await world.advance(16 * MINUTE);
  await world.run(tabs[0].signIn("alan"));
  await world.advance(SECOND);
  expect(tabs[0].session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
  for (const tab of tabs.slice(1)) {
    expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "replaced" });
    expect(await world.run(outcome(tab.session.fetch("/api/news")))).toBe("ERR_SESSION_ENDED");
  }
  await world.advance(HOUR);
  expect(showing(tabs.slice(1))).toEqual(["ended replaced"]);
});

test("I4 a tab that was replaced and is reloaded takes part in the session of the other user", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.run(tabs[0].signIn("alan"));
  await world.advance(SECOND);
  const reloaded = tabs[1].reload();
  await world.run(reloaded.session.start());
  expect(reloaded.session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
});

test("I4 a replaced tab whose first user comes back in another tab resumes with that user", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.run(tabs[0].signIn("alan"));
  await world.advance(SECOND);
  await world.run(tabs[0].signIn("ada"));
  await world.advance(SECOND);
  expect(tabs[0].session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
  expect(["active", "ended replaced"]).toContain(shows(tabs[1]));
  if (shows(tabs[1]) === "active") expect(tabs[1].session.getState()).toMatchObject({ user: { id: "ada" } });
});

test("I4 the other tabs are frozen while another user signs in: they do not show or send anything as the new one", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const [tab, other] = tabs;
  tab.freeze();
  await world.run(other.session.logout());
  await world.run(other.signIn("alan"));
  await world.advance(MINUTE);
  tab.resume();
  const refused = outcome(tab.session.fetch("/api/news"));
  await world.advance(SECOND);
  expect(tab.session.getState()).toMatchObject({ status: "ended" });
  expect(await refused).toBe("ERR_SESSION_ENDED");
  expect(world.network.sent("/api/news")).toEqual([]);
});

test("I4 the session was replaced at the server without a word here: the tab that asks learns it and ends", async () => {
  const { world, tab } = await alone(lasting);
  world.channel.trouble = () => "lose";
  world.server.signIn("alan");
  tab.hide();
  tab.freeze();
  tab.resume();
  tab.show();
  await world.advance(2 * SECOND);
  expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "replaced" });
});

test("I4 the session was replaced at the server before a page was loaded: it is the new user's page", async () => {
  const { world, tab } = await alone(lasting);
  tab.close();
  world.server.signIn("alan");
  const newcomer = world.tab();
  const users: unknown[] = [];
  newcomer.session.subscribe((state) => "user" in state && users.push(state.user));
  await world.run(newcomer.session.start());
  expect(newcomer.session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
  expect(users.filter(Boolean)).toMatchObject([{ id: "alan" }]);
});

test("I-mix a refresh that brings another user's session ends the session here, and shows nothing of theirs", async () => {
  for (const how of ["refresh", "touch"] as const) {
    const { world, tabs } = await signedIn(2, lasting);
    const users: unknown[] = [];
    for (const tab of tabs) tab.session.subscribe((state) => "user" in state && users.push(state.user));
    // By a page that has told nobody yet.
    world.server.signIn("alan");
    const [tab] = tabs;
    if (how === "refresh") expect(await world.run(outcome(tab.session.refresh()))).toBe("ERR_SESSION_ENDED");
    else {
      tab.activity();
      await world.advance(2 * MINUTE);
    }
    await world.advance(SECOND);
    expect(tab.session.getState(), how).toMatchObject({ status: "ended", reason: "replaced" });
    for (const user of users) expect(user).toMatchObject({ id: "ada" });
  }
});

test("F11 a touch that finds another session of the same user is no failure of the server", async () => {
  const { world, tab } = await alone(lasting);
  world.server.signIn("ada");
  await world.advance(2 * MINUTE);
  tab.activity();
  while (recordOf(world).marker !== "2") await world.step();
  const until = world.now + 100;
  while (world.now < until) {
    expect(recordOf(world)).toMatchObject({ failures: 0, retryAt: 0 });
    await world.step();
  }
});

test("I-mix a refresh that brings another session of the same user goes on with that one", async () => {
  const { world, tabs } = await signedIn(2);
  world.server.signIn("ada");
  await world.run(outcome(tabs[0].session.refresh()));
  await world.advance(5 * SECOND);
  for (const tab of tabs) {
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
    expect(tab.session.inspect().record?.marker).toBe("2");
  }
});

test("a refresh of the old session in flight does not reach into the session of the next user", async () => {
  const { world, tabs } = await signedIn(2);
  world.network.next("/refresh", { delay: 3 * SECOND });
  const refreshing = outcome(tabs[0].session.refresh());
  await world.advance(SECOND);
  await world.run(tabs[1].signIn("alan"));
  expect(await world.run(refreshing)).toBe("ERR_SESSION_ENDED");
  await world.advance(5 * SECOND);
  expect(tabs[0].session.getState()).toMatchObject({ status: "ended", reason: "replaced" });
  expect(tabs[1].session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
  expect(tabs[1].session.inspect().sequence).toBe(0);
});

test("a refresh that went out between the new cookies and the news of them costs the new session nothing", async () => {
  for (const next of ["ada", "alan"]) {
    const { world, tabs } = await signedIn(2);
    const [tab, other] = tabs;
    const grant = world.server.signIn(next);
    const refreshing = outcome(other.session.refresh());
    while (!world.network.sent("/refresh").length) await world.step();
    await world.run(tab.session.start(grant));
    await world.run(refreshing);
    await world.advance(12 * MINUTE);
    expect(tab.session.getState(), next).toMatchObject({ status: "active", user: { id: next } });
    expect(world.server.metrics.refreshes).toBeGreaterThan(1);
    expect(world.server.metrics.reuses).toBe(0);
  }
});

test("F8 I-fence what was being refreshed when the same user signed in anew goes on with the new session, and who waited for it", async () => {
  const { world, tabs } = await signedIn(3);
  world.network.next("/refresh", { delay: 3 * SECOND });
  const refreshing = [outcome(tabs[1].session.refresh())];
  await world.advance(500);
  refreshing.push(outcome(tabs[2].session.refresh()));
  await world.advance(500);
  await world.run(tabs[0].signIn("ada"));
  await world.advance(5 * SECOND);
  expect([...(await Promise.all(refreshing)), ...showing(tabs)]).toEqual([undefined, undefined, "active"]);
  expect(tabs[1].session.inspect().record?.marker).toBe("2");
});

test("requests of the old session are aborted when another user signs in", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  world.network.next("/api/slow", "hang");
  const slow = outcome(tabs[0].session.fetch("/api/slow"));
  await world.advance(SECOND);
  await world.run(tabs[1].signIn("alan"));
  expect(await world.run(slow, SECOND)).toBe("ERR_SESSION_ENDED");
});

test("a sign-in over a living session of the same user goes on in every tab", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  await world.advance(14 * MINUTE);
  await world.run(tabs[1].signIn("ada"));
  await world.advance(SECOND);
  for (const tab of tabs) {
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
    expect(tab.session.timeLeft("idle")).toBeGreaterThan(14.9 * MINUTE);
  }
});

test("users that the server names without an id are nobody else's: other tabs ask the server who it is", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.run(tabs[0].session.logout());
  const grant = world.server.signIn("ada");
  await world.run(tabs[0].session.start({ ...grant, user: { name: "Somebody" } as never }));
  await world.advance(SECOND);
  expect(shows(tabs[0])).toBe("active");
  expect(shows(tabs[1])).not.toBe("active");
});

/** A schema as Zod, Valibot or ArkType make them: https://standardschema.dev */
const named: StandardSchema<FakeUser> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) => {
      const { id, name } = (value ?? {}) as Partial<FakeUser>;
      return typeof id === "string" && typeof name === "string"
        ? { value: { id, name: name.toUpperCase() } }
        : { issues: [{ message: "no user" }] };
    },
  },
};

test("the user is what the schema makes of it, after a sign-in, a restore and a refresh", async () => {
  const { world, tabs } = await signedIn(2, lasting, { schema: named });
  await world.run(tabs[0].session.refresh());
  const reloaded = tabs[1].reload();
  await world.run(reloaded.session.start());
  for (const tab of [tabs[0], reloaded])
    expect(tab.session.getState()).toMatchObject({ user: { id: "ada", name: "ADA" } });
});

test("T4 a user that does not pass the schema is a bad reply, no sign-out", async () => {
  const { world, tab } = await alone(lasting, { schema: named });
  for (const path of ["/session", "/refresh", "/session/touch"])
    world.server.route(path, () => ({ body: { user: { id: 7 }, accessExpiresIn: 300 } }));
  expect(await world.run(outcome(tab.session.refresh()))).toBe("ERR_BAD_REPLY");
  expect(await world.run(outcome(tab.session.extend()))).toBe("ERR_BAD_REPLY");
  await world.advance(MINUTE);
  expect(tab.session.getState()).toMatchObject({ status: "active", user: { name: "ADA" } });
});

test("I-mix a user whose id is no text and no number is named by nobody: two of them are not taken for one", async () => {
  const { world, tab } = await alone(lasting);
  const other = world.tab();
  await world.run(other.session.start());
  await world.run(tab.session.start({ user: { id: { oid: 1 } } as never }));
  await world.advance(SECOND);
  expect(recordOf(world)).toMatchObject({ live: true, subject: "" });
  expect(shows(other)).toBe("ended replaced");
});

test("F22 a tab that cannot reach the server and does not know its user asks ever more seldom, and the others not at all", async () => {
  const { world, tabs } = await signedIn(3, { server: LASTING });
  const cutOff = world.tab();
  cutOff.setOffline(true);
  await world.run(cutOff.session.start());
  expect(shows(cutOff)).toBe("active");
  await world.advance(MINUTE);
  const before = world.network.log.length;
  await world.advance(5 * MINUTE);
  const asked = world.network.log.slice(before);
  expect(asked.filter(({ tab }) => tab !== cutOff.name)).toEqual([]);
  expect(asked.length).toBeLessThan(20);
  expect(asked.length).toBeGreaterThan(3);
  // As soon as it can, it knows.
  cutOff.setOffline(false);
  await world.advance(SECOND);
  expect(cutOff.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
  expect(showing(tabs)).toEqual(["active"]);
});

test("I-mix another user is on record by the time a restore has its answer: nobody is shown under a wrong name", async () => {
  const { world, tabs } = await signedIn(1, lasting);
  await world.advance(16 * MINUTE);
  expect(showing(tabs)).toEqual(["ended idle"]);
  world.server.signIn("ada");
  const deaf = () => ({ post() {}, close() {} });
  const other = world.tab({ browser: (usual) => ({ ...usual, channel: deaf }) });
  const seen: unknown[] = [];
  other.session.subscribe((state) => "user" in state && seen.push(state.user));
  world.network.delay = 50;
  const restored = other.session.start();
  // The server has said that it is Ada, and Alan signs in before that is here.
  await world.advance(70);
  await world.run(tabs[0].session.start(world.server.signIn("alan")));
  await world.run(restored);
  await world.advance(SECOND);
  expect(other.session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
  expect(seen.filter(Boolean).map((user) => (user as FakeUser).id)).toEqual(["alan"]);
});

test("I-mix a sign-in whose page stood still does not take the place of a later one", async () => {
  const world = createWorld({ server: LASTING });
  const [tab, other] = [world.tab(), world.tab()];
  const late = tab.session.start(world.server.signIn("alan"));
  tab.freeze({ silent: true });
  await world.advance(SECOND);
  await world.run(other.signIn("ada"));
  const { epoch } = other.session.inspect();
  tab.resume();
  await world.run(late);
  await world.advance(SECOND);
  for (const it of [tab, other])
    expect(it.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
  expect(tab.session.inspect().epoch).toBe(epoch);
});

test("I-mix a refresh that is still being written as another user signs in does not give them the name of the first", async () => {
  const { world, tab } = await alone(lasting);
  const seen: unknown[] = [];
  tab.session.subscribe((state) => "user" in state && seen.push((state.user as FakeUser)?.id));
  const refreshing = outcome(tab.session.refresh());
  await world.step();
  world.disk.delay = [100, 100];
  while (!recordOf(world).sequence) await world.step();
  world.disk.delay = [1, 1];
  await world.run(tab.session.start(world.server.signIn("alan")));
  await world.run(refreshing);
  expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
  expect([...new Set(seen.filter(Boolean))]).toEqual(["ada", "alan"]);
});

test("I-mix two users sign in at the same time in two tabs: none is shown under the name of the other", async () => {
  const world = createWorld({ server: LASTING });
  const [tab, other] = [world.tab(), world.tab()];
  await world.run(Promise.all([tab.session.start(), other.session.start()]));
  const seen: unknown[] = [];
  tab.session.subscribe((state) => "user" in state && seen.push((state.user as FakeUser)?.id));
  world.disk.delay = [100, 100];
  const late = tab.session.start(world.server.signIn("alan"));
  while (!recordOf(world)?.live) await world.step();
  world.disk.delay = [1, 1];
  // That Alan is on record has not come back to his tab yet, and Ada is by the time it looks.
  await world.run(other.session.start(world.server.signIn("ada")));
  await world.run(late);
  await world.advance(SECOND);
  for (const it of [tab, other])
    expect(it.session.getState()).toMatchObject({ status: "active", user: { id: "ada" } });
  expect(seen.filter(Boolean)).toEqual(["ada"]);
});

test("I-mix what a refresh brought that came to nothing is not shown for whoever signed in since, under the same number", async () => {
  const world = createWorld();
  const [tab, other] = [world.tab(), world.tab()];
  await world.run(tab.signIn("ada"));
  const { epoch } = tab.session.inspect();
  const refreshed = outcome(tab.session.refresh());
  while (!world.network.sent("/refresh").some((it) => it.outcome === 200)) await world.step();
  // It hangs as it is written, and meanwhile the storage is cleared: numbers begin again.
  let hangs = 1;
  world.disk.trouble = ({ tab: name, kind }) =>
    name === tab.name && kind === "update" && hangs-- > 0 ? "hang" : undefined;
  await world.advance(20);
  world.disk.clear();
  const grant = world.server.signIn("ben");
  await world.run(other.session.start());
  await world.run(tab.session.start(grant));
  await world.run(refreshed);
  expect(tab.session.inspect().epoch).toBe(epoch);
  expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "ben" } });
});
