import type { World } from "sojourn/testing";
import { expect, test } from "vitest";
import { alone, LASTING, recordOf, SECOND, showing, shows, signedIn } from "./support.js";

/** What every page and script of the origin can do: post messages, one a ms. Tells what came of it. */
async function flood(world: World, ms: number, message: (n: number) => object) {
  const reads = new Map<string, number>();
  world.disk.trouble = ({ tab, kind }) => {
    if (kind === "read") reads.set(tab, (reads.get(tab) ?? 0) + 1);
    return undefined;
  };
  const from = world.network.log.length;
  for (let n = 0; n < ms; n++) {
    world.channel.post("sojourn.default", { v: 1, sender: "stranger", sequence: 0, ...message(n) });
    await world.advance(1);
  }
  world.disk.trouble = undefined;
  const sent = world.network.log.slice(from).map(({ path }) => path);
  return { reads: Math.max(0, ...reads.values()), sent };
}

/** 50 at once, and then one every 10 ms. */
const most = (ms: number) => 50 + ms / 10;
const MS = 1500;

test("S11 a flood of forged ends of its session signs a tab out once, tells the server once, and asks it nothing", async () => {
  const { world, tabs } = await signedIn(3, { server: LASTING });
  const { epoch } = recordOf(world);
  const forged = { type: "ended", epoch: epoch + 1, reason: "logout" };
  const { reads, sent } = await flood(world, MS, () => forged);
  expect(showing(tabs)).toEqual(["ended logout"]);
  expect(sent).toEqual(["/logout"]);
  expect(reads).toBeLessThanOrEqual(most(MS));
  expect(recordOf(world)).toMatchObject({ live: false, end: { reason: "logout", confirmed: true } });
});

test("S11 each sign-in under that flood is ended once more: one request to sign out, and no tab signs in by itself", async () => {
  const { world, tab } = await alone({ server: LASTING });
  const next = () => {
    const { epoch, live } = recordOf(world);
    return { type: "ended", epoch: live ? epoch + 1 : epoch, reason: "logout" };
  };
  await flood(world, MS, next);
  for (let round = 0; round < 3; round++) {
    const signedIn = tab.signIn("ada");
    const { sent } = await flood(world, MS, next);
    await world.run(signedIn);
    expect(sent).toEqual(["/login", "/logout"]);
    expect(shows(tab)).toBe("ended logout");
  }
  expect(world.server.metrics.signOuts).toBe(4);
});

test.each([
  ["hints", (epoch: number) => ({ type: "changed", epoch })],
  [
    "ends of other sessions",
    (epoch: number, n: number) => ({ type: "ended", epoch: epoch + 2 + n, reason: "idle" }),
  ],
])(
  "S11 a flood of %s is read up on a bounded number of times, and keeps no tab from starting",
  async (_, of) => {
    const { world, tab } = await alone({ server: LASTING });
    const { epoch } = recordOf(world);
    const late = world.tab();
    let started = false;
    void late.session.start().then(() => {
      started = true;
    });
    const { reads, sent } = await flood(world, MS, (n) => of(epoch, n));
    expect(started).toBe(true);
    expect(showing([tab, late])).toEqual(["active"]);
    // The newcomer asks who is signed in.
    expect(sent.filter((path) => path !== "/session")).toEqual([]);
    expect(sent.length).toBeLessThanOrEqual(2);
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThanOrEqual(most(MS));
    // What comes after it is heard as before.
    await world.run(tab.session.refresh());
    await world.advance(100);
    expect(late.session.inspect().sequence).toBe(1);
    await world.run(tab.session.logout());
    await world.advance(SECOND);
    expect(showing([tab, late])).toEqual(["ended logout"]);
  },
);

test("S11 a flood of forged records that are ahead of the session does not make a tab ask the server over and over", async () => {
  const { world, tab } = await alone({ server: LASTING });
  const record = recordOf(world);
  const { reads, sent } = await flood(world, MS, (n) => ({
    type: "facts",
    record: { ...record, epoch: record.epoch + 10 + n },
  }));
  expect(new Set(sent)).toEqual(new Set(["/session"]));
  expect(sent.length).toBeLessThanOrEqual(2 + MS / 250);
  expect(reads).toBeLessThanOrEqual(most(MS) + 2 * sent.length);
  expect(shows(tab)).toBe("active");
});
