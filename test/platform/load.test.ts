// @vitest-environment node
import { createWorld } from "sojourn/testing";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { loadParts } from "../../src/testing/world.js";
import { outcome, SECOND, shows } from "../session/support.js";

const arrival = vi.hoisted(() => ({ of: async () => {}, made: 0, destroyed: 0 }));
vi.mock("../../src/shell/load.js", async (original) => {
  const { loadEngine } = await original<typeof import("../../src/shell/load.js")>();
  return {
    async loadEngine() {
      await arrival.of();
      const { createEngine } = await loadEngine();
      return {
        createEngine(...args: Parameters<typeof createEngine>) {
          arrival.made++;
          return createEngine(...args).then((engine) => ({
            ...engine,
            destroy() {
              arrival.destroyed++;
              engine.destroy();
            },
          }));
        },
      };
    },
  };
});
// A world does so before it moves.
beforeAll(() => loadParts());
beforeEach(() => {
  arrival.of = async () => {};
  arrival.made = arrival.destroyed = 0;
});

/** It is on its way until this is called. */
function late(): () => void {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  arrival.of = () => arrived;
  return arrive;
}

test("F9 S10 the part that acts cannot be loaded: start() says so, quotes nothing, and the next one tries again", async () => {
  const world = createWorld();
  const tab = world.tab();
  arrival.of = () => Promise.reject(new TypeError("Failed to fetch: https://app.test/engine.js?key=s3cret"));
  const error = await world.run(tab.session.start().catch((it) => it));
  expect(error).toMatchObject({ code: "ERR_UNAVAILABLE", message: "Sojourn did not load." });
  arrival.of = async () => {};
  await world.run(tab.session.start());
  expect([shows(tab), arrival.made]).toEqual(["signed-out", 1]);
});

test("F7 the part that acts is late: who asks again waits for the same, and there is one of it", async () => {
  const world = createWorld();
  const tab = world.tab();
  const arrive = late();
  expect(await world.run(outcome(tab.session.start()), 20 * SECOND)).toBe("ERR_UNAVAILABLE");
  const again = tab.session.start();
  await world.advance(SECOND);
  arrive();
  await world.run(again);
  expect([shows(tab), arrival.made]).toEqual(["signed-out", 1]);
});

test("F7 the part that acts comes when the session has been destroyed: nothing begins", async () => {
  const world = createWorld();
  const tab = world.tab();
  const arrive = late();
  expect(await world.run(outcome(tab.session.start()), 20 * SECOND)).toBe("ERR_UNAVAILABLE");
  tab.session.destroy();
  arrive();
  await world.advance(SECOND);
  expect([arrival.made, arrival.destroyed]).toEqual([1, 1]);
  expect(tab.usage()).toEqual({
    ...{ timers: 0, activity: 0, lifecycle: 0, channels: 0, storage: 0, requests: 0 },
    ...{ locksHeld: 0, locksPending: 0 },
  });
});

test("F7 the part that acts comes when the start has been given up: the session starts all the same, and counts what the user does", async () => {
  const world = createWorld();
  world.server.signIn("ada");
  const tab = world.tab();
  const arrive = late();
  expect(await world.run(outcome(tab.session.start()), 20 * SECOND)).toBe("ERR_UNAVAILABLE");
  await world.advance(SECOND);
  arrive();
  await world.advance(20 * SECOND);
  expect([shows(tab), arrival.made]).toEqual(["active", 1]);
  await world.advance(60 * SECOND);
  const left = tab.session.timeLeft("idle");
  tab.activity();
  expect(tab.session.timeLeft("idle")).toBeGreaterThan(left + 59 * SECOND);
});

test("F9 the part that acts cannot be loaded for a while: it is asked for every few seconds, by nobody but the session", async () => {
  const world = createWorld();
  world.server.signIn("ada");
  const tab = world.tab();
  let tries = 0;
  arrival.of = () => (++tries > 5 ? Promise.resolve() : Promise.reject(new TypeError("Failed to fetch")));
  // However many have asked.
  const asked: Promise<unknown>[] = [
    tab.session.start(),
    tab.session.start(),
    tab.session.fetch("/api/notes"),
  ];
  const came = await world.run(Promise.all(asked.map((it) => outcome(it))));
  expect(came).toEqual(asked.map(() => "ERR_UNAVAILABLE"));
  await world.advance(12 * SECOND);
  expect([tries, tab.usage().timers]).toEqual([3, 1]);
  await world.advance(20 * SECOND);
  expect([shows(tab), tries, arrival.made]).toEqual(["active", 6, 1]);
});

test("F9 the part that acts cannot be loaded: a session that was destroyed does not ask again, and neither does one that nobody started", async () => {
  const world = createWorld();
  const [destroyed, unasked] = [world.tab(), world.tab()];
  let tries = 0;
  arrival.of = () => Promise.reject(new TypeError(`Failed to fetch ${++tries}`));
  expect(await world.run(outcome(destroyed.session.start()))).toBe("ERR_UNAVAILABLE");
  expect(await world.run(outcome(unasked.session.refresh()))).toBe("ERR_UNAVAILABLE");
  const late = destroyed.session.start();
  destroyed.session.destroy();
  await world.run(outcome(late));
  const before = tries;
  await world.advance(60 * SECOND);
  expect([tries, destroyed.usage().timers, unasked.usage().timers]).toEqual([before, 0, 0]);
});

test("S2 the limits of a sign-in count from when it was told, also where the part that acts comes later, or the machine sleeps before", async () => {
  const world = createWorld();
  const tab = world.tab();
  const arrive = late();
  const signedIn = tab.session.start(world.server.signIn("ada"));
  await world.advance(5 * SECOND);
  await world.sleep(120 * SECOND);
  arrive();
  await world.run(signedIn);
  expect(shows(tab)).toBe("active");
  expect(tab.session.timeLeft("idle")).toBeLessThanOrEqual((15 * 60 - 125) * SECOND);
  expect(tab.session.timeLeft("absolute")).toBeLessThanOrEqual((8 * 3600 - 125) * SECOND);
});

test("I-dead the part that acts is loaded to put an end on record: the other tabs hear of it", async () => {
  const world = createWorld({ clockStopsInSleep: true });
  const tab = world.tab();
  await world.run(tab.session.start(world.server.signIn("ada")));
  await world.sleep(20 * 60 * SECOND);
  let tries = 0;
  arrival.of = () => (++tries > 1 ? Promise.resolve() : Promise.reject(new TypeError("Failed to fetch")));
  const newcomer = world.tab();
  expect(await world.run(outcome(newcomer.session.start()))).toBe("ERR_UNAVAILABLE");
  await world.advance(SECOND);
  expect([shows(newcomer), shows(tab)]).toEqual(["ended idle", "ended idle"]);
});

test("a hold lasts as long as it was asked for, also where the part that acts comes later", async () => {
  const world = createWorld();
  const tab = world.tab();
  const arrive = late();
  const signedIn = tab.session.start(world.server.signIn("ada"));
  tab.session.hold({ max: "1m" });
  const released = tab.session.hold({ max: "1h" });
  const holds: boolean[] = [];
  tab.session.on("hold", ({ active }) => holds.push(active));
  await world.advance(5 * SECOND);
  released();
  arrive();
  await world.run(signedIn);
  expect(holds).toEqual([true]);
  await world.advance(54 * SECOND);
  expect(holds).toEqual([true]);
  await world.advance(2 * SECOND);
  expect(holds).toEqual([true, false]);
});

test("S10 a worker for the tokens that cannot be made is named with the option, and nothing of its address", async () => {
  const world = createWorld();
  const tab = world.tab({
    tokens: () => {
      throw new DOMException(
        "Refused to create a worker from https://app.test/w.js?key=s3cret",
        "SecurityError",
      );
    },
  });
  const error = await world.run(tab.session.start().catch((it) => it));
  expect(error).toMatchObject({
    code: "ERR_UNSUPPORTED",
    option: "tokens",
    message: "tokens: the worker could not be made (SecurityError).",
  });
});
