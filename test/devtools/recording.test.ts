import { createDevtools } from "sojourn/devtools";
import { expect, test } from "vitest";
import { record } from "../../src/devtools/recording.js";
import { whenTapped } from "../../src/shell/tap.js";
import { MINUTE, SECOND, shows, signedIn, work } from "../session/support.js";

type Watched = Parameters<typeof record>[0];

/** The state of a session as its own kernel holds it. */
function stateOf(session: Watched): unknown {
  let state: unknown;
  whenTapped(session.reportActivity, (source) => {
    state = source.state();
  })();
  return state;
}

test("what is decided a second time is what the session has decided, whatever happens to it", async () => {
  const { world, tabs } = await signedIn(3, { seed: 11 });
  const recordings = tabs.map((tab) => record(tab.session, 1000));
  const agree = () => {
    for (const [i, { session }] of tabs.entries()) expect(recordings[i].state).toEqual(stateOf(session));
  };
  await work(world, tabs[0], 3 * MINUTE);
  agree();
  tabs[1].hide();
  await world.sleep(5 * MINUTE);
  agree();
  tabs[1].show();
  world.network.next("/refresh", { answer: { status: 503 } });
  const release = tabs[2].session.hold();
  await world.advance(20 * MINUTE);
  release();
  agree();
  expect(shows(tabs[0])).toBe("active");
  await world.run(tabs[0].session.logout());
  await world.advance(SECOND);
  agree();
  const types = new Set(recordings.flatMap(({ decisions }) => decisions.map(({ input }) => input.type)));
  expect([...types]).toEqual(
    expect.arrayContaining(["tick", "activity", "record", "message", "visible", "hold", "settled", "end"]),
  );
});

test("every decision begins where the one before has ended", async () => {
  const { world, tabs } = await signedIn(2);
  const { decisions } = await (async () => {
    const recording = record(tabs[0].session, 1000);
    await work(world, tabs[1], 10 * MINUTE);
    await world.advance(16 * MINUTE);
    return recording;
  })();
  expect(decisions.length).toBeGreaterThan(20);
  for (const [i, { before, number }] of decisions.entries()) {
    expect(number).toBe(i + 1);
    if (i) expect(before).toBe(decisions[i - 1].state);
  }
  expect(decisions.at(-1)?.state.status).toBe("ended");
});

test("only the newest are kept, and keep their numbers", async () => {
  const { world, tabs } = await signedIn(2);
  const recording = record(tabs[0].session, 5);
  await work(world, tabs[1], 10 * MINUTE);
  const numbers = recording.decisions.map(({ number }) => number);
  expect(numbers).toHaveLength(5);
  expect(numbers[0]).toBeGreaterThan(5);
  recording.clear();
  expect(recording.decisions).toEqual([]);
});

test("a session that is not started yet is watched from its start", async () => {
  const { world } = await signedIn(1);
  const late = world.tab();
  const recording = record(late.session, 100);
  expect(recording.policy).toBeUndefined();
  await world.run(late.session.start());
  expect(recording.policy).toMatchObject({ canPeek: true });
  expect(recording.state.status).toBe("active");
  expect(recording.state).toEqual(stateOf(late.session));
});

test("who watches no longer hears no more, and the others still do", async () => {
  const { world, tabs } = await signedIn(1);
  const [one, other] = [record(tabs[0].session, 100), record(tabs[0].session, 100)];
  one.stop();
  await world.run(tabs[0].session.logout());
  expect(one.decisions).toEqual([]);
  expect(other.state.status).toBe("ended");
  other.stop();

  const never = world.tab();
  const calledOff = record(never.session, 100);
  calledOff.stop();
  await world.run(never.session.start());
  expect(calledOff.policy).toBeUndefined();
});

test("what goes wrong while watching is reported, and does not touch the session", async () => {
  const { world, tabs } = await signedIn(1);
  const reported: unknown[] = [];
  const { reportError } = globalThis;
  globalThis.reportError = (error) => reported.push(error);
  try {
    whenTapped(tabs[0].session.reportActivity, (source) => {
      source.watch(() => {
        throw new Error("a slip in the tools");
      });
    });
    await world.run(tabs[0].session.logout());
    expect(shows(tabs[0])).toBe("ended logout");
    expect(reported.length).toBeGreaterThan(0);
  } finally {
    globalThis.reportError = reportError;
  }
});

test("the tools of a session on a server do nothing", () => {
  const session = { reportActivity() {} } as never;
  expect(() => createDevtools(session).stop()).not.toThrow();
});
