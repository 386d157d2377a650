import type { StepUp } from "sojourn";
import { bff } from "sojourn/presets";
import { createWorld, type FakeUser, type Tab, type TabOptions, type World } from "sojourn/testing";
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
const FRESH = { maxAge: 5 * MINUTE };
const challenge = 'Bearer error="insufficient_user_authentication", max_age="300"';

/** A server that transfers nothing unless the user has authenticated less than five minutes ago. */
function guarded(world: World) {
  let authenticatedAt = -HOUR;
  world.server.route("/api/transfer", () =>
    world.now - authenticatedAt <= 300 * SECOND
      ? { status: 201, body: { done: true } }
      : { status: 401, headers: { "www-authenticate": challenge }, body: {} },
  );
  /** The user gives the password again, in this tab. */
  async function authenticate(tab: Tab, more: object = {}) {
    authenticatedAt = world.now;
    const { user, marker } = world.server.sessions.map(({ user, epoch }) => ({
      user,
      marker: String(epoch),
    }))[world.server.sessions.length - 1];
    return world.run(tab.session.start({ user, marker, authenticatedAgo: 0, ...more }));
  }
  return { authenticate, authenticatedAt: () => authenticatedAt };
}

async function stage(count: number, options: TabOptions<FakeUser> = {}) {
  const { world, tabs } = await signedIn(count, lasting, options);
  const asked = tabs.map((tab) => {
    const told: StepUp[] = [];
    tab.session.on("stepUp", (it) => void told.push(it));
    return told;
  });
  return { world, tabs, asked, ...guarded(world) };
}

/** What a promise has come to so far. */
function watch<T>(promise: Promise<T>) {
  const it: { now: T | string } = { now: "waits" };
  outcome(promise).then((value) => {
    it.now = value === undefined ? "done" : value;
  });
  return it;
}

const transfer = (tab: Tab) => tab.session.fetch("/api/transfer", { method: "POST", stepUp: "wait" });

test("T6 a fresh authentication is required right after one: nobody is asked, and nothing is sent", async () => {
  const { world, tabs, asked, authenticate } = await stage(2);
  await authenticate(tabs[0]);
  await world.advance(SECOND);
  const before = world.network.log.length;
  for (const tab of tabs) await world.run(tab.session.requireFresh(FRESH));
  expect([asked, world.network.log.length - before]).toEqual([[[], []], 0]);
});

test("T6 after a sign-in that did not say when the user authenticated, the user is asked", async () => {
  const { world, tabs, asked } = await stage(1);
  const waiting = watch(tabs[0].session.requireFresh({ maxAge: "30d" }));
  await world.advance(MINUTE);
  expect([waiting.now, asked[0].length]).toEqual(["waits", 1]);
  expect(asked[0][0]).toMatchObject({ maxAge: 30 * 24 * HOUR, acrValues: undefined });
});

test("T6 any number of callers who ask for the same raise one event, and all go on", async () => {
  const { world, tabs, asked, authenticate } = await stage(1);
  const waiting = Array.from({ length: 5 }, () => watch(tabs[0].session.requireFresh(FRESH)));
  await world.advance(SECOND);
  expect(asked[0]).toHaveLength(1);
  const other = watch(tabs[0].session.requireFresh({ maxAge: "1m" }));
  await world.advance(SECOND);
  expect(asked[0].map(({ maxAge }) => maxAge)).toEqual([5 * MINUTE, MINUTE]);
  await authenticate(tabs[0]);
  await world.advance(SECOND);
  expect([...waiting, other].map(({ now }) => now)).toEqual(Array(6).fill("done"));
  expect(await Promise.all(asked[0].map(({ done }) => done))).toEqual([true, true]);
});

test.each<[where: string, options: TabOptions<FakeUser>]>([
  ["on disk", {}],
  ["in memory", { storage: "memory" }],
])(
  "T6 I4 the user authenticates in one tab: what waits in all others goes on, facts %s, and no session has ended",
  async (_, options) => {
    const { world, tabs, asked, authenticate } = await stage(5, options);
    const { epoch } = tabs[0].session.inspect();
    const absolute = tabs.map((tab) => tab.session.inspect().absoluteExpiresAt);
    const events = tabs.map(eventsOf);
    const replies = tabs.map((tab) => watch(transfer(tab).then(({ status }) => status)));
    const fresh = tabs.map((tab) => watch(tab.session.requireFresh({ maxAge: "4m" })));
    await world.advance(10 * SECOND);
    expect(asked.map((it) => it.length)).toEqual(tabs.map(() => 2));
    await authenticate(tabs[3]);
    await world.advance(SECOND);
    expect(replies.map(({ now }) => now)).toEqual(tabs.map(() => 201));
    expect(fresh.map(({ now }) => now)).toEqual(tabs.map(() => "done"));
    expect(world.network.sent("/api/transfer")).toHaveLength(10);
    expect(new Set(events.flat())).toEqual(new Set(["stepUp"]));
    expect(tabs.map((tab) => tab.session.inspect().epoch)).toEqual(tabs.map(() => epoch));
    expect(tabs.map((tab) => tab.session.inspect().absoluteExpiresAt)).toEqual(absolute);
    // It survives the reload of all.
    const [reloaded] = tabs.map((tab) => tab.reload());
    if (options.storage) return;
    await world.run(reloaded.session.start());
    await world.run(reloaded.session.requireFresh({ maxAge: "1m" }));
  },
);

test("T6 I-live no message arrives: the tab learns it by the record when it looks the next time", async () => {
  const { world, tabs, authenticate } = await stage(2);
  const waiting = watch(transfer(tabs[1]).then(({ status }) => status));
  await world.advance(SECOND);
  world.channel.trouble = () => "lose";
  await authenticate(tabs[0]);
  await world.advance(SECOND);
  expect(waiting.now).toBe("waits");
  tabs[1].focus();
  await world.advance(SECOND);
  expect(waiting.now).toBe(201);
});

test("T6 a frozen tab goes on when it runs again, also where its own clock has been set meanwhile", async () => {
  for (const step of [-HOUR, 0, HOUR]) {
    const { world, tabs, authenticate } = await stage(2);
    const waiting = watch(transfer(tabs[1]).then(({ status }) => status));
    await world.advance(SECOND);
    tabs[1].freeze();
    await authenticate(tabs[0]);
    world.stepClock(step);
    await world.advance(SECOND);
    tabs[1].resume();
    await world.advance(2 * SECOND);
    expect(waiting.now, String(step)).toBe(201);
  }
});

test("T6 S3 neither activity nor extending nor a refresh nor a reload makes an authentication younger", async () => {
  const { world, tabs, authenticate } = await stage(1);
  const [tab] = tabs;
  await authenticate(tab);
  await work(world, tab, 6 * MINUTE);
  await world.run(tab.session.extend());
  await world.run(tab.session.refresh());
  const old = watch(tab.session.requireFresh(FRESH));
  await world.run(tab.session.requireFresh({ maxAge: "7m" }));
  const reloaded = tab.reload();
  await world.run(reloaded.session.start());
  const older = watch(reloaded.session.requireFresh(FRESH));
  await world.advance(MINUTE);
  expect([old.now, older.now]).toEqual(["waits", "waits"]);
});

test("T6 a clock that is set back in an open page makes no authentication younger", async () => {
  const { world, tabs, authenticate } = await stage(1);
  const [tab] = tabs;
  await authenticate(tab);
  await world.advance(4 * MINUTE);
  world.stepClock(-HOUR);
  await world.run(tab.session.requireFresh(FRESH));
  await world.advance(2 * MINUTE);
  const old = watch(tab.session.requireFresh(FRESH));
  await world.advance(SECOND);
  expect(old.now).toBe("waits");
  // And the next one counts, whatever its stamp.
  await authenticate(tab);
  expect(old.now).toBe("done");
});

test("T6 the class counts as well: a weaker authentication is not enough, and the event says which is wanted", async () => {
  const { world, tabs, asked, authenticate } = await stage(2);
  const gold = watch(tabs[0].session.requireFresh({ acr: ["gold", "platinum"], maxAge: "1h" }));
  await world.advance(SECOND);
  expect(asked[0]).toMatchObject([{ acrValues: "gold platinum", maxAge: HOUR }]);
  for (const more of [{}, { acr: "silver" }]) {
    await authenticate(tabs[1], more);
    await world.advance(SECOND);
    expect(gold.now).toBe("waits");
  }
  await authenticate(tabs[1], { acr: "platinum" });
  await world.advance(SECOND);
  expect(gold.now).toBe("done");
  await world.run(tabs[1].session.requireFresh({ acr: "platinum" }));
  expect(asked[0]).toHaveLength(1);
});

describe("T6 who gives up", () => {
  test("in the event, gives up for all who wait for the same; the session goes on, and who asks again asks the user", async () => {
    const { world, tabs, asked, authenticate } = await stage(2);
    const waiting = [watch(tabs[0].session.requireFresh(FRESH)), watch(tabs[0].session.requireFresh(FRESH))];
    const request = watch(transfer(tabs[0]).then(({ status }) => status));
    const elsewhere = watch(tabs[1].session.requireFresh(FRESH));
    await world.advance(SECOND);
    for (const { cancel } of asked[0]) cancel();
    await world.advance(SECOND);
    expect(waiting.map(({ now }) => now)).toEqual(["ERR_NOT_FRESH", "ERR_NOT_FRESH"]);
    // The caller's own 401, and one request.
    expect([request.now, world.network.sent("/api/transfer").length]).toEqual([401, 1]);
    expect(await Promise.all(asked[0].map(({ done }) => done))).toEqual([false, false]);
    expect([elsewhere.now, ...showing(tabs)]).toEqual(["waits", "active"]);
    const again = watch(tabs[0].session.requireFresh(FRESH));
    await world.advance(SECOND);
    asked[0][0].cancel();
    await world.advance(SECOND);
    expect([asked[0].length, again.now]).toEqual([3, "waits"]);
    await authenticate(tabs[1]);
    await world.advance(SECOND);
    expect(again.now).toBe("done");
  });

  test("while the event is told, and asks again at once, is asked for anew", async () => {
    const { world, tabs, authenticate } = await stage(1);
    const [{ session }] = tabs;
    let again: ReturnType<typeof watch> | undefined;
    const off = session.on("stepUp", ({ cancel }) => {
      off();
      cancel();
      again = watch(session.requireFresh(FRESH));
    });
    const first = watch(session.requireFresh(FRESH));
    await world.advance(SECOND);
    expect([first.now, again?.now]).toEqual(["ERR_NOT_FRESH", "waits"]);
    await authenticate(tabs[0]);
    await world.advance(SECOND);
    expect(again?.now).toBe("done");
  });

  test("with a signal, gives up alone, with the signal's reason", async () => {
    const { world, tabs, asked, authenticate } = await stage(1);
    const [{ session }] = tabs;
    const abort = new AbortController();
    const reason = new Error("changed my mind");
    const mine = session.requireFresh({ ...FRESH, signal: abort.signal }).catch((error) => error);
    const call = session
      .fetch("/api/transfer", { stepUp: "wait", signal: abort.signal })
      .catch((error) => error);
    const other = watch(session.requireFresh(FRESH));
    await world.advance(SECOND);
    abort.abort(reason);
    expect(await world.run(Promise.all([mine, call]))).toEqual([reason, reason]);
    // Nobody waits for the request's any more; somebody does for the other.
    expect(await asked[0][1].done).toBe(false);
    await authenticate(tabs[0]);
    await world.advance(SECOND);
    expect([other.now, await asked[0][0].done]).toEqual(["done", true]);
    const late = session.requireFresh({ maxAge: 1, signal: abort.signal }).catch((error) => error);
    expect(await world.run(late)).toBe(reason);
    expect(asked[0]).toHaveLength(2);
  });
});

test.each<[how: string, end: (world: World, tabs: readonly Tab[]) => unknown, code: string]>([
  [
    "the user signs out in another tab",
    (world, tabs) => world.run(tabs[1].session.logout()),
    "ERR_SESSION_ENDED",
  ],
  ["the idle limit passes", (world) => world.advance(16 * MINUTE), "ERR_SESSION_ENDED"],
  ["somebody else signs in", (world, tabs) => world.run(tabs[1].signIn("alan")), "ERR_SESSION_ENDED"],
  ["the session object is destroyed", (_, tabs) => tabs[0].session.destroy(), "ERR_DESTROYED"],
])("T6 %s: who waits is told so, request and all, and nobody is asked any more", async (_, end, code) => {
  const { world, tabs, asked } = await stage(2);
  const fresh = watch(tabs[0].session.requireFresh(FRESH));
  const call = watch(transfer(tabs[0]));
  await world.advance(SECOND);
  await end(world, tabs);
  await world.advance(SECOND);
  expect([fresh.now, call.now]).toEqual([code, code]);
  expect(await Promise.all(asked[0].map(({ done }) => done))).toEqual([false, false]);
  expect(world.network.sent("/api/transfer")).toHaveLength(1);
});

test("T6 who is not signed in is not asked for more", async () => {
  const world = createWorld();
  const tab = world.tab();
  expect(await world.run(outcome(tab.session.requireFresh(FRESH)))).toBe("ERR_SIGNED_OUT");
});

test("T6 a new sign-in of the same user, to a new session of the server, is an authentication as well", async () => {
  const { world, tabs } = await stage(2);
  const events = tabs.map(eventsOf);
  const waiting = tabs.map((tab) => watch(tab.session.requireFresh(FRESH)));
  await world.advance(SECOND);
  const grant = world.server.signIn("ada");
  await world.run(tabs[0].session.start({ ...grant, authenticatedAgo: 0 }));
  await world.advance(SECOND);
  expect(waiting.map(({ now }) => now)).toEqual(["done", "done"]);
  expect(events).toEqual([["stepUp"], ["stepUp"]]);
});

test("T6 a request that does not wait is the caller's, again and again, and the user is asked each time", async () => {
  const { world, tabs, asked, authenticate } = await stage(1);
  const [tab] = tabs;
  for (const stepUp of [undefined, "report"] as const)
    expect((await world.run(tab.session.fetch("/api/transfer", { stepUp }))).status).toBe(401);
  expect(asked[0]).toMatchObject([{ maxAge: 5 * MINUTE }, { maxAge: 5 * MINUTE }]);
  await authenticate(tab);
  expect(await Promise.all(asked[0].map(({ done }) => done))).toEqual([true, true]);
});

test("T6 a request that was refused before another tab's step-up was heard of is sent again at once", async () => {
  const { world, tabs, asked, authenticate } = await stage(2);
  world.network.next("/api/transfer", { delay: 5 * SECOND });
  const call = watch(transfer(tabs[1]).then(({ status }) => status));
  await world.advance(SECOND);
  await authenticate(tabs[0]);
  await world.advance(6 * SECOND);
  expect([call.now, asked[1]]).toEqual([201, []]);
});

test("T6 T5 a server that never has enough gets a request twice, and the user is asked twice", async () => {
  const { world, tabs, asked, authenticate } = await stage(1);
  world.server.route("/api/never", () => ({
    status: 401,
    headers: { "www-authenticate": 'Bearer error="insufficient_user_authentication", acr_values="gold"' },
    body: {},
  }));
  const call = watch(tabs[0].session.fetch("/api/never", { stepUp: "wait" }).then(({ status }) => status));
  await world.advance(SECOND);
  await authenticate(tabs[0]);
  await world.advance(SECOND);
  expect([call.now, world.network.sent("/api/never").length, asked[0].length]).toEqual([401, 2, 1]);
  expect(world.network.sent("/refresh")).toEqual([]);
});

test("T6 a server that tells when the user authenticated need not be told by the page", async () => {
  const { world, tabs } = await stage(2);
  const { authenticate: _, authenticatedAt } = guarded(world);
  expect(authenticatedAt()).toBeLessThan(0);
  const since = world.now;
  for (const path of ["/session", "/refresh"])
    world.server.route(path, () => ({
      body: {
        user: { id: "ada", name: "Ada" },
        epoch: 1,
        authenticatedAgo: (world.now - since) / 1000,
        acr: "gold",
      },
    }));
  const waiting = tabs.map((tab) => watch(tab.session.requireFresh({ maxAge: "1m", acr: "gold" })));
  await world.advance(30 * SECOND);
  await world.run(tabs[0].session.refresh());
  await world.advance(SECOND);
  expect(waiting.map(({ now }) => now)).toEqual(["done", "done"]);
  await world.advance(MINUTE);
  // It tells the same again: that makes it no younger.
  await world.run(tabs[0].session.refresh());
  const newcomer = world.tab({ server: bff<FakeUser>() });
  await world.run(newcomer.session.start());
  const older = [...tabs, newcomer].map((tab) => watch(tab.session.requireFresh({ maxAge: "1m" })));
  await world.advance(SECOND);
  expect(older.map(({ now }) => now)).toEqual(["waits", "waits", "waits"]);
});

test("T6 tokens in memory: the tab that has signed in again hands them over, and what waits elsewhere goes out with them", async () => {
  const world = createWorld(lasting);
  const tabs = Array.from({ length: 3 }, () => world.tab({ refresh: "/refresh", tokens: "memory" }));
  await world.run(tabs[0].session.start(world.server.issueTokens("ada")));
  await world.run(Promise.all(tabs.map((tab) => tab.session.start())));
  guarded(world);
  const waiting = tabs.map((tab) => watch(transfer(tab).then(({ status }) => status)));
  await world.advance(SECOND);
  const events = tabs.map(eventsOf);
  const grant = world.server.issueTokens("ada");
  world.server.route("/api/transfer", ({ headers }) => ({
    status: headers.authorization === `Bearer ${grant.accessToken}` ? 201 : 403,
  }));
  await world.run(tabs[0].session.start({ ...grant, authenticatedAgo: 0 }));
  await world.advance(SECOND);
  expect(waiting.map(({ now }) => now)).toEqual([201, 201, 201]);
  expect(events.flat()).toEqual([]);
  expect(shows(tabs[1])).toBe("active");
});

test("T6 a record of before it was told when users authenticate is a record", async () => {
  const { world, tabs, asked, authenticate } = await stage(1);
  expect(recordOf(world)).not.toHaveProperty("authAt");
  await authenticate(tabs[0]);
  expect(recordOf(world)).toMatchObject({ acr: "", authAt: expect.any(Number) });
  expect(asked[0]).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: what a program without types may give
const wrong: [what: string, options: any, option: string][] = [
  ["nothing", undefined, "maxAge"],
  ["null", null, "maxAge"],
  ["no demand", {}, "maxAge"],
  ["no demand but a signal", { signal: new AbortController().signal }, "maxAge"],
  ["an age that is none", { maxAge: "5 minutes" }, "maxAge"],
  ["no age at all", { maxAge: 0 }, "maxAge"],
  ["a class that is empty", { acr: "" }, "acr"],
  ["several classes in one name", { acr: "gold silver" }, "acr"],
  ["no class", { acr: [] }, "acr"],
  ["a class that is none", { acr: ["gold", 5] }, "acr"],
  ["null for a class", { acr: null }, "acr"],
  ["a misspelt option", { max_age: 300 }, "max_age"],
  ["a signal that is none", { maxAge: 5, signal: "stop" }, "signal"],
];
test.each(wrong)(
  "T6 %s is no demand: it is refused at once, and nobody is asked",
  async (_, options, option) => {
    const { world, tab } = await alone(lasting);
    const names = eventsOf(tab);
    const error = await world.run(tab.session.requireFresh(options).catch((it) => it));
    expect(error).toMatchObject({ name: "SessionError", code: "ERR_INVALID_OPTION", option });
    expect(names).toEqual([]);
  },
);

test.each([{ authenticatedAgo: -1 }, { authenticatedAgo: "soon" }, { authenticatedAgo: 0, acr: 5 }])(
  "T6 a grant that tells it as %o is refused",
  async (told) => {
    const { world, tab } = await alone(lasting);
    const grant = world.server.signIn("ada");
    expect(await world.run(outcome(tab.session.start({ ...grant, ...(told as object) })))).toBe(
      "ERR_INVALID_OPTION",
    );
  },
);
