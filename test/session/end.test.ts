import type { EndHookInfo, Verb, VerbContext } from "sojourn";
import { bff } from "sojourn/presets";
import { createWorld, type FakeUser, type StorageUse, type TabOptions } from "sojourn/testing";
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
  work,
} from "./support.js";

const lasting = { server: LASTING };

test("F27 I-dead a sign-out reaches all twenty tabs within a second, and nothing is sent with a credential after it", async () => {
  const { world, tabs } = await signedIn(20, lasting);
  const events = tabs.map(eventsOf);
  const out = tabs[0].session.logout();
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended logout"]);
  expect(events).toEqual(tabs.map(() => ["ended"]));
  expect(await world.run(out)).toBe(true);
  const sent = world.network.log.length;
  for (const tab of tabs) {
    expect(await world.run(outcome(tab.session.fetch("/api/news")))).toBe("ERR_SESSION_ENDED");
    expect(await world.run(outcome(tab.session.refresh()))).toBe("ERR_SESSION_ENDED");
    expect(await world.run(outcome(tab.session.getAccessToken()))).toBe("ERR_SESSION_ENDED");
    expect(await world.run(outcome(tab.session.extend()))).toBe("ERR_SESSION_ENDED");
  }
  expect(world.network.log.length).toBe(sent);
  expect(world.server.metrics.signOuts).toBe(1);
});

test("F27 I-dead a frozen tab that comes back after a sign-out shows nothing and sends nothing before it knows", async () => {
  for (const kind of ["freeze", "bfcache"] as const) {
    const { world, tabs } = await signedIn(2, lasting);
    const [tab, other] = tabs;
    tab[kind]();
    expect(tab.curtain).toBe(true);
    await world.advance(MINUTE);
    await world.run(other.session.logout());
    await world.advance(MINUTE);
    tab[kind === "freeze" ? "resume" : "restore"]();
    const refused = outcome(tab.session.fetch("/api/news"));
    while (tab.curtain) {
      await world.step();
      expect(!tab.curtain && shows(tab) === "active").toBe(false);
    }
    expect(shows(tab)).toBe("ended logout");
    expect(await world.run(refused)).toBe("ERR_SESSION_ENDED");
    expect(world.network.sent("/api/news")).toEqual([]);
  }
});

test("F27 a tab that was frozen without a word hears of the sign-out before it sends anything", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const [tab, other] = tabs;
  tab.freeze({ silent: true });
  await world.run(other.session.logout());
  await world.advance(MINUTE);
  tab.resume();
  await world.settle();
  expect(await world.run(outcome(tab.session.fetch("/api/news")))).toBe("ERR_SESSION_ENDED");
  expect(world.network.sent("/api/news")).toEqual([]);
});

test("F27 every message is lost: a tab learns of the sign-out when it is looked at, and from the server at the latest", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  world.channel.trouble = () => "lose";
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND);
  expect(shows(tabs[1])).toBe("active");
  tabs[1].focus();
  await world.advance(SECOND);
  expect(shows(tabs[1])).toBe("ended logout");
  const reply = await world.run(outcome(tabs[2].session.fetch("/api/news")));
  expect(reply).toBe("ERR_SESSION_ENDED");
  expect(shows(tabs[2])).toBe("ended logout");
});

test("F29 I-fence a refresh that is in flight does not bring the session back after a sign-out", async () => {
  for (const who of [0, 1]) {
    const { world, tabs } = await signedIn(2);
    world.network.next("/refresh", { delay: 3 * SECOND });
    const refreshing = outcome(tabs[0].session.refresh());
    await world.advance(SECOND);
    expect(world.server.metrics.refreshes).toBe(1);
    const out = tabs[who].session.logout();
    expect(await world.run(refreshing, 5 * SECOND)).toBe("ERR_SESSION_ENDED");
    await world.run(out);
    await world.advance(10 * SECOND);
    expect(recordOf(world)).toMatchObject({ live: false, end: { reason: "logout", confirmed: true } });
    expect(showing(tabs)).toEqual(["ended logout"]);
    const newcomer = world.tab();
    await world.run(newcomer.session.start());
    expect(shows(newcomer)).toBe("signed-out");
  }
});

test("F29 a touch that was refused for the session before does not end the new one", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.advance(2 * MINUTE);
  world.network.next("/session/touch", { delay: 3 * SECOND });
  world.server.revoke();
  tabs[1].activity();
  while (world.network.sent("/session/touch").length === 0) await world.step();
  await world.advance(100);
  expect(world.network.sent("/session/touch")[0].answer?.status).toBe(401);
  await world.run(tabs[0].signIn("ada"));
  await world.advance(10 * SECOND);
  expect(world.network.sent("/session/touch")[0].outcome).toBe(401);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.sessions[1].over).toBeUndefined();
});

test("F29 the storage has lost an end: a late refusal of who asked after it does not end the next sign-in", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  world.server.revoke();
  const ends = ({ tab, kind }: StorageUse) => tab === tabs[1].name && kind === "update";
  world.disk.trouble = (use) => (ends(use) ? "lie" : undefined);
  tabs[1].activity();
  while (tabs[1].session.inspect().record?.live) await world.step();
  world.network.next("/session", { delay: SECOND });
  const asked = tabs[1].session.start();
  await world.advance(100);
  await world.run(tabs[0].signIn("ada"));
  expect(recordOf(world)).toMatchObject({ live: true, epoch: tabs[1].session.inspect().epoch });
  await world.run(asked);
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["active"]);
});

test("F29 the epoch rises at every sign-in and every end", async () => {
  const { world, tab } = await alone(lasting);
  const epochs = [recordOf(world).epoch];
  for (let i = 0; i < 3; i++) {
    await world.run(tab.session.logout());
    epochs.push(recordOf(world).epoch);
    await world.run(tab.signIn("ada"));
    epochs.push(recordOf(world).epoch);
  }
  expect(epochs).toEqual(epochs.map((_, i) => epochs[0] + i));
});

test("S7 the server is out of reach: every tab is signed out at once, and the server is told when it is back", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  for (const tab of tabs) tab.setOffline(true);
  const out = tabs[0].session.logout();
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended logout"]);
  expect(await world.run(out)).toBe(false);
  expect(recordOf(world)).toMatchObject({ live: false, end: { confirmed: false } });
  await world.advance(5 * MINUTE);
  expect(world.server.sessions[0].over).toBeUndefined();
  for (const tab of tabs) tab.setOffline(false);
  await world.advance(5 * SECOND);
  expect(world.server.sessions[0].over).toBe("ended");
  expect(recordOf(world)).toMatchObject({ live: false, end: { confirmed: true } });
  expect(world.server.metrics.signOuts).toBe(1);
});

test("S7 the server is told of a sign-out by the next start, and that start signs nobody in", async () => {
  const { world, tab } = await alone(lasting);
  world.network.trouble = ({ path }) => (path === "/logout" ? "lose-request" : undefined);
  expect(await world.run(tab.session.logout())).toBe(false);
  tab.close();
  world.network.trouble = undefined;
  const next = world.tab();
  await world.run(next.session.start());
  await world.advance(5 * SECOND);
  expect(shows(next)).toBe("signed-out");
  expect(world.server.sessions[0].over).toBe("ended");
});

test("S7 a sign-out that the server has not heard of is not undone by a reload while it is out of reach", async () => {
  const { world, tab } = await alone(lasting);
  world.network.trouble = () => "lose-request";
  expect(await world.run(tab.session.logout())).toBe(false);
  const reloaded = tab.reload();
  await world.run(reloaded.session.start());
  expect(["signed-out", "unknown"]).toContain(shows(reloaded));
  world.network.trouble = ({ path }) => (path === "/logout" ? "lose-request" : undefined);
  await world.advance(2 * MINUTE);
  expect(["signed-out", "unknown"]).toContain(shows(reloaded));
  expect(await world.run(outcome(reloaded.session.fetch("/api/news")))).toBe("ERR_SIGNED_OUT");
  world.network.trouble = undefined;
  await world.advance(5 * MINUTE);
  expect(shows(reloaded)).toBe("signed-out");
  expect(world.server.sessions[0].over).toBe("ended");
});

test("S7 a sign-out whose write fails stays a sign-out, whatever the record still says", async () => {
  for (const trouble of ["error", "hang", "lie"] as const) {
    const { world, tabs } = await signedIn(2, lasting);
    world.disk.trouble = ({ kind }) => (kind === "update" ? trouble : undefined);
    await world.run(tabs[0].session.logout());
    await world.advance(5 * SECOND);
    tabs[0].focus();
    await world.advance(5 * SECOND);
    expect(showing(tabs), trouble).toEqual(["ended logout"]);
    expect(world.server.sessions[0].over).toBe("ended");
  }
});

test("S7 the tab that signs out dies before it wrote the end down: the tabs that heard it write it", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  world.disk.delay = 50;
  void tabs[0].session.logout();
  await world.advance(10);
  tabs[0].crash();
  await world.advance(3 * SECOND);
  expect(showing(tabs.slice(1))).toEqual(["ended logout"]);
  expect(recordOf(world)).toMatchObject({ live: false, end: { reason: "logout" } });
  expect(world.server.sessions[0].over).toBe("ended");
  const newcomer = world.tab();
  await world.run(newcomer.session.start());
  expect(shows(newcomer)).toBe("signed-out");
});

test("I-dead the tab that the server refuses is closed as it puts that on record: the others hear of it all the same", async () => {
  const { world, tabs } = await signedIn(3);
  world.server.revoke();
  void outcome(tabs[0].session.refresh());
  while (recordOf(world).live) await world.step();
  tabs[0].close();
  await world.advance(SECOND);
  expect(showing(tabs.slice(1))).toEqual(["ended rejected"]);
});

test("S7 the late word of an old end does not end the session that was signed in meanwhile", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  for (const tab of tabs) tab.setOffline(true);
  expect(await world.run(tabs[0].session.logout())).toBe(false);
  // Signed in at the server, and the application has not told the session yet.
  const grant = world.server.signIn("ada");
  for (const tab of tabs) tab.setOffline(false);
  await world.advance(10 * SECOND);
  expect(world.network.sent("/logout").at(-1)?.outcome).toBe(204);
  await world.run(tabs[1].session.start(grant));
  await world.advance(10 * MINUTE);
  expect(world.server.sessions.map((session) => session.over)).toEqual(["ended", undefined]);
  expect(showing(tabs)).toEqual(["active"]);
});

test("S7 a sign-out that is told late does not end the next session, though the server is not told which one is meant", async () => {
  const server = {
    ...bff<FakeUser>(),
    end: async ({ send }: VerbContext) => void (await send({ url: "/logout", method: "POST" })),
  };
  const { world, tabs } = await signedIn(2, lasting, { server });
  const out = tabs[0].session.logout();
  while (recordOf(world).live) await world.step();
  // The page stands still before it could tell the server, and the user signs in in another one.
  tabs[0].freeze({ silent: true });
  await world.run(tabs[1].signIn("ada"));
  await world.advance(MINUTE);
  tabs[0].resume();
  expect(await world.run(out)).toBe(false);
  await world.advance(MINUTE);
  expect(world.network.sent("/logout")).toEqual([]);
  expect(world.server.sessions[1].over).toBeUndefined();
  expect(showing(tabs)).toEqual(["active"]);
});

/** A server with no name for its sessions. */
const nameless = () => {
  const server = bff<FakeUser>();
  const without = (verb: Verb<FakeUser> | undefined) => async (context: VerbContext) => {
    const grant = await verb?.(context);
    return grant && { ...grant, marker: undefined };
  };
  const [peek, touch, refresh] = [server.peek, server.touch, server.refresh].map(without);
  return { ...server, peek, touch, refresh };
};

test("S7 F29 a sign-out that the server could not be told of is over once nobody is signed in there: the next sign-in is not signed out by it", async () => {
  const { world, tab } = await alone(lasting, { server: nameless() });
  world.network.trouble = ({ path }) => (path === "/logout" ? "lose-request" : undefined);
  expect(await world.run(tab.session.logout())).toBe(false);
  tab.close();
  world.server.revoke();
  world.network.trouble = undefined;
  const next = world.tab({ server: nameless() });
  await world.run(next.session.start());
  expect(shows(next)).toBe("signed-out");
  expect(recordOf(world)).toMatchObject({ live: false, end: { reason: "logout", confirmed: true } });
  next.close();
  // By a form of the server's own, which tells the page nothing.
  world.server.signIn("ada");
  const back = world.tab({ server: nameless() });
  await world.run(back.session.start());
  await world.advance(MINUTE);
  expect(shows(back)).toBe("active");
  expect(world.server.sessions[1].over).toBeUndefined();
});

/** The page is loaded again, and the server takes 8 s to say who is signed in. */
async function hanging(options: TabOptions<FakeUser> = {}) {
  const { world, tab } = await alone(lasting, options);
  const next = tab.reload();
  const asked = world.network.sent("/session").length;
  world.network.next("/session", { delay: 8 * SECOND });
  return { world, next, sent: () => world.network.sent("/session").length - asked };
}

const { end: _, ...endless } = bff<FakeUser>();

test.each([
  ["with an end", {}, true],
  ["without one", { server: endless }, false],
])(
  "S7 a sign-out does not wait for a server that the page is still asking, %s, and asks it no more",
  async (_, options, told) => {
    for (const when of ["shown", "at once", "never started"]) {
      const { world, next, sent } = await hanging(options);
      if (when !== "never started") void next.session.start();
      while (when === "shown" && sent() === 0) await world.step();
      const out = next.session.logout();
      await world.advance(SECOND);
      expect(shows(next)).toBe("ended logout");
      expect(recordOf(world)).toMatchObject({ live: false });
      expect(await world.run(out)).toBe(told);
      await world.advance(MINUTE);
      expect(next.session.getState()).toMatchObject({ status: "ended", reason: "logout", connection: "ok" });
      expect(sent()).toBeLessThanOrEqual(1);
    }
  },
);

test("S7 a sign-out is on record when it resolves, also where the server is never told", async () => {
  const { world, tab } = await alone(lasting, { server: endless });
  world.disk.delay = 200;
  await world.run(tab.session.logout());
  expect(recordOf(world)).toMatchObject({ live: false, end: { reason: "logout" } });
});

test("S7 a sign-out is none of the business of a sign-in that fails beside it", async () => {
  const { world, tab } = await alone(lasting, {
    server: { ...bff<FakeUser>(), exchange: async ({ send }) => void (await send({ url: "/exchange" })) },
  });
  const entering = outcome(tab.session.start({ exchange: { code: "42" } }));
  const out = tab.session.logout();
  expect(await world.run(entering)).toBe("ERR_UNAVAILABLE");
  expect(await world.run(out)).toBe(true);
  expect(shows(tab)).toBe("ended logout");
  expect(world.server.sessions[0].over).toBe("ended");
});

test("S7 a sign-out beside a sign-in that comes through ends what comes of it", async () => {
  const { world, tab } = await alone(lasting, {
    server: {
      ...bff<FakeUser>(),
      exchange: async () => world.server.signIn("ben"),
    },
  });
  world.disk.delay = 200;
  const entering = tab.session.start({ exchange: { code: "42" } });
  const out = tab.session.logout();
  await world.run(entering);
  expect(await world.run(out)).toBe(true);
  await world.advance(SECOND);
  expect(shows(tab)).toBe("ended logout");
  expect(world.server.sessions.map(({ over }) => over)).not.toContain(undefined);
});

test("S7 a page that does nothing but sign out needs no start()", async () => {
  const { world, tab } = await alone(lasting);
  const page = tab.reload();
  expect(await world.run(page.session.logout())).toBe(true);
  expect(world.server.sessions[0].over).toBe("ended");
});

test("S7 where nothing is known of a session and the server is out of reach, a sign-out is not confirmed", async () => {
  const world = createWorld(lasting);
  world.network.trouble = () => "lose-request";
  const tab = world.tab();
  expect(await world.run(tab.session.logout())).toBe(false);
});

test("I-quiet who has heard of an end looks at what is on record of it once, whatever more is said of it", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  const others = tabs.slice(1).map(({ name }) => name);
  const looks: string[] = [];
  world.disk.trouble = ({ tab, kind }) => {
    if (kind === "read" && others.includes(tab)) looks.push(tab);
    return undefined;
  };
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND / 2);
  expect(world.channel.log.filter(({ from }) => from === tabs[0].name).length).toBeGreaterThan(1);
  expect(looks).toEqual([]);
  await world.advance(SECOND);
  expect(looks.sort()).toEqual(others);
});

test("signing out twice, in two tabs at once, tells the server once", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  const outs = [tabs[0].session.logout(), tabs[0].session.logout(), tabs[1].session.logout()];
  expect(await world.run(Promise.all(outs))).toEqual([true, true, true]);
  expect(world.server.metrics.signOuts).toBe(1);
  expect(world.network.sent("/logout").length).toBeLessThanOrEqual(2);
});

test("I22 the reason of an end is the same in every tab", async () => {
  const ends: [string, (house: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>][] = [
    ["ended logout", ({ world, tabs }) => world.run(tabs[0].session.logout())],
    ["ended idle", ({ world }) => world.advance(15 * MINUTE)],
    ["ended absolute", ({ world, tabs }) => work(world, tabs[0], HOUR)],
    [
      "ended rejected",
      ({ world, tabs }) => {
        world.server.revoke();
        return world.run(outcome(tabs[0].session.refresh()));
      },
    ],
  ];
  for (const [end, act] of ends) {
    const house = await signedIn(4, { server: { ...LASTING, absolute: HOUR } });
    await act(house);
    await house.world.advance(SECOND);
    expect(showing(house.tabs)).toEqual([end]);
    const newcomer = house.world.tab();
    await house.world.run(newcomer.session.start());
    expect(shows(newcomer)).toBe("signed-out");
    expect(`ended ${newcomer.session.inspect().record?.end?.reason}`).toBe(end);
  }
});

test("I22 an end tells who ended it", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND);
  expect(tabs.map((tab) => tab.session.getState())).toMatchObject([
    { status: "ended", origin: "this-tab" },
    { status: "ended", origin: "other-tab" },
  ]);
  await world.run(tabs[0].signIn("ada"));
  await world.advance(SECOND);
  world.server.revoke();
  await world.run(outcome(tabs[1].session.refresh()));
  await world.advance(SECOND);
  expect(tabs[1].session.getState()).toMatchObject({ status: "ended", reason: "rejected", origin: "server" });
});

test("beforeEnd is called once before a sign-out, while requests still have credentials", async () => {
  const { world, tab } = await alone(lasting);
  const calls: EndHookInfo[] = [];
  tab.session.beforeEnd(async (info) => {
    calls.push(info);
    await tab.session.fetch("/api/draft", { method: "PUT", body: "half a sentence" });
    expect(shows(tab)).toBe("active");
  });
  await world.run(tab.session.logout());
  expect(calls).toMatchObject([{ reason: "logout", live: true }]);
  expect(world.network.sent("/api/draft")).toMatchObject([{ outcome: 200, body: "half a sentence" }]);
  expect(shows(tab)).toBe("ended logout");
});

test("beforeEnd is called 3 s before a limit, in every tab, and once again for the next session", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const calls: [number, string, boolean][] = [];
  for (const tab of tabs)
    tab.session.beforeEnd(({ reason, live }) => void calls.push([world.now, reason, live]));
  const began = world.now;
  await world.advance(15 * MINUTE + SECOND);
  expect(calls).toHaveLength(2);
  for (const [at, reason, live] of calls) {
    expect([reason, live]).toEqual(["idle", true]);
    expect(at - began).toBeGreaterThan(15 * MINUTE - 3.3 * SECOND);
    expect(at - began).toBeLessThan(15 * MINUTE - 2 * SECOND);
  }
  await world.run(tabs[0].signIn("ada"));
  await world.advance(SECOND);
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND);
  expect(calls.slice(2).map(([, ...info]) => info)).toEqual([
    ["logout", true],
    ["logout", false],
  ]);
});

test("beforeEnd is called again for a limit that came near, was moved and came near again", async () => {
  const { world, tab } = await alone(lasting);
  const reasons: string[] = [];
  tab.session.beforeEnd(({ reason }) => void reasons.push(reason));
  await world.advance(15 * MINUTE - SECOND);
  expect(reasons).toEqual(["idle"]);
  await world.run(tab.session.extend());
  await world.advance(14 * MINUTE);
  expect(reasons).toEqual(["idle"]);
  await world.advance(2 * MINUTE);
  expect(reasons).toEqual(["idle", "idle"]);
});

test("beforeEnd does not hold up an end for longer than 3 s, and is told when its time is up", async () => {
  const { world, tab } = await alone(lasting);
  let signal: AbortSignal | undefined;
  tab.session.beforeEnd((info) => {
    signal = info.signal;
    return new Promise(() => {});
  });
  const asked = world.now;
  const out = tab.session.logout();
  await world.advance(2.9 * SECOND);
  expect(shows(tab)).toBe("active");
  expect(signal?.aborted).toBe(false);
  await world.run(out);
  expect(world.now - asked).toBeLessThan(3.2 * SECOND);
  expect(signal?.aborted).toBe(true);
});

test("beforeEnd after an end that came without notice has no credentials", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const lives: boolean[] = [];
  tabs[1].session.beforeEnd(({ live }) => void lives.push(live));
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND);
  expect(lives).toEqual([false]);

  const { world: night, tab } = await alone(lasting);
  tab.session.beforeEnd(({ live }) => void lives.push(live));
  await night.sleep(20 * MINUTE);
  tab.focus();
  await night.advance(SECOND);
  expect(shows(tab)).toBe("ended idle");
  expect(lives).toEqual([false, false]);
});

test("a hook that throws or was taken back stops nothing", async () => {
  const { world, tab } = await alone(lasting);
  const { reportError } = globalThis;
  const reported: unknown[] = [];
  globalThis.reportError = (error: unknown) => void reported.push(error);
  try {
    const called: string[] = [];
    tab.session.beforeEnd(() => {
      throw new Error("of the application");
    });
    tab.session.beforeEnd(() => void called.push("taken back"))();
    tab.session.beforeEnd(() => void called.push("kept"));
    expect(await world.run(tab.session.logout(), SECOND)).toBe(true);
    expect(called).toEqual(["kept"]);
    expect(reported).toEqual([new Error("of the application")]);
  } finally {
    globalThis.reportError = reportError;
  }
});

test("the server ended the session: the next touch or peek shows it, everywhere", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  world.server.revoke();
  await work(world, tabs[0], 3 * MINUTE);
  expect(showing(tabs)).toEqual(["ended rejected"]);
});

test("I-dead a sign-in whose page stood still comes back to a session that has ended since: it begins none", async () => {
  const world = createWorld({ server: LASTING });
  const [tab, other] = [world.tab(), world.tab()];
  // The page stands still before the sign-in is on record.
  const signedIn = tab.session.start(world.server.signIn("ada"));
  tab.freeze({ silent: true });
  await world.advance(SECOND);
  await world.run(other.session.start());
  expect(shows(other)).toBe("active");
  world.server.revoke();
  await world.run(outcome(other.session.fetch("/api/news")));
  expect(shows(other)).toBe("ended rejected");
  tab.resume();
  await world.run(signedIn);
  await world.advance(SECOND);
  expect([shows(tab), shows(other)]).toEqual(["signed-out", "ended rejected"]);
  // The next one does.
  await world.run(tab.signIn("ada"));
  expect(shows(tab)).toBe("active");
});

test("I-dead a sign-in that waits for its turn begins nothing where its session ends meanwhile, on record or not yet", async () => {
  const world = createWorld({ server: LASTING });
  const [tab, other] = [world.tab(), world.tab()];
  world.network.next("/session", "hang");
  const asked = tab.session.start();
  const late = tab.session.start(world.server.signIn("ada"));
  await world.advance(SECOND);
  await world.run(other.session.start());
  await world.run(other.session.extend());
  await world.advance(SECOND);
  expect(showing([tab, other])).toEqual(["active"]);
  // It hears of the end before that is written.
  world.disk.trouble = ({ tab, kind }) =>
    tab === other.name && kind === "update" ? { delay: 500 } : undefined;
  await world.run(other.session.logout());
  await world.run(Promise.all([asked, late]));
  await world.advance(SECOND);
  expect(showing([tab, other])).toEqual(["ended logout"]);
  expect(world.server.sessions.map(({ over }) => over)).toEqual(["ended"]);
});

test("F27 I-dead a page that signs out while it is being suspended tells the others when it is back", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  const out = tabs[0].session.logout();
  tabs[0].freeze();
  await world.advance(MINUTE);
  expect(showing(tabs.slice(1))).toEqual(["active"]);
  tabs[0].resume();
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended logout"]);
  await world.run(out);
});
