import type { SessionEvents } from "sojourn";
import { expect, test } from "vitest";
import {
  alone,
  eventsOf,
  HOUR,
  LASTING,
  MINUTE,
  outcome,
  SECOND,
  showing,
  shows,
  signedIn,
} from "./support.js";

const lasting = { server: LASTING };

test("I20 the deadline moves only when the server has agreed; a failure is told and can be tried again", async () => {
  const troubles = [
    [{ answer: { status: 503, body: { error: "busy" } } }, "ERR_UNAVAILABLE"],
    [{ answer: { status: 200, body: "<h1>Hotel</h1>" } }, "ERR_BAD_REPLY"],
    ["lose-request", "ERR_UNAVAILABLE"],
    ["hang", "ERR_TIMEOUT"],
  ] as const;
  for (const [trouble, code] of troubles) {
    const { world, tabs } = await signedIn(2, lasting);
    await world.advance(13.5 * MINUTE);
    const before = tabs.map((tab) => tab.session.inspect().idleExpiresAt);
    world.network.next("/session/touch", trouble);
    const events = eventsOf(tabs[0]);
    expect(await world.run(outcome(tabs[0].session.extend()))).toBe(code);
    await world.advance(SECOND);
    expect(showing(tabs)).toEqual(["warning idle"]);
    expect(tabs.map((tab) => tab.session.inspect().idleExpiresAt)).toEqual(before);
    expect(events).not.toContain("extended");

    await world.run(tabs[0].session.extend());
    await world.advance(SECOND);
    expect(showing(tabs)).toEqual(["active"]);
    for (const tab of tabs) expect(tab.session.timeLeft("idle")).toBeGreaterThan(15 * MINUTE - 5 * SECOND);
  }
});

test("I20 the server has agreed and its reply was lost: the next look at it closes the warning", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.advance(13.5 * MINUTE);
  world.network.next("/session/touch", "lose-reply");
  expect(await world.run(outcome(tabs[0].session.extend()))).toBe("ERR_UNAVAILABLE");
  await world.advance(3 * SECOND);
  expect(showing(tabs)).toEqual(["active"]);
  for (const tab of tabs) expect(tab.session.timeLeft("idle")).toBeGreaterThan(15 * MINUTE - 5 * SECOND);
});

test("I20 a touch that the server refuses ends the session, with its reason", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.advance(14 * MINUTE);
  world.server.revoke();
  expect(await world.run(outcome(tabs[0].session.extend()))).toMatch(/^ERR_(SESSION_ENDED|REJECTED)$/);
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["ended rejected"]);
});

test("extending is possible ten times and more", async () => {
  const { world, tab } = await alone({ server: { ...LASTING, absolute: 30 * HOUR } });
  for (let i = 0; i < 12; i++) {
    await world.advance(14 * MINUTE);
    expect(shows(tab)).toBe("warning idle");
    await world.run(tab.session.extend());
    expect(shows(tab)).toBe("active");
  }
});

test("extending in the last moment counts from the click, and the end does not overtake it", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  await world.advance(15 * MINUTE - SECOND);
  await world.run(tabs[1].session.extend());
  await world.advance(2 * SECOND);
  expect(showing(tabs)).toEqual(["active"]);
});

test("S3 the machine sleeps before the server's yes is written: what the user does then, the server is told as well", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  await world.advance(5 * MINUTE);
  let writes = 0;
  world.disk.trouble = ({ kind }) => void (kind === "update" && writes++);
  const extended = tabs[0].session.extend();
  // What the server said is written, and the activity itself is about to be.
  while (writes < 2) await world.step();
  await world.sleep(6 * MINUTE);
  tabs[0].activity();
  await world.run(extended);
  // Longer than the limit after the first word, and shorter than that after the second.
  await world.advance(11 * MINUTE);
  expect(world.server.metrics.touches).toBe(2);
  expect(showing(tabs)).toEqual(["active"]);
  await world.run(tabs[1].session.fetch("/api/notes"));
  expect(showing(tabs)).toEqual(["active"]);
});

test("extending when it is too late ends the session, it does not revive it", async () => {
  const { world, tab } = await alone(lasting);
  await world.sleep(20 * MINUTE);
  expect(await world.run(outcome(tab.session.extend()))).toBe("ERR_SESSION_ENDED");
  expect(shows(tab)).toBe("ended idle");
  expect(world.server.metrics.touches).toBe(0);
});

test("extending without a session says so", async () => {
  const { world, tab } = await alone(lasting);
  await world.run(tab.session.logout());
  expect(await world.run(outcome(tab.session.extend()))).toBe("ERR_SESSION_ENDED");
  const stranger = world.tab();
  await world.run(stranger.session.start());
  expect(await world.run(outcome(stranger.session.extend()))).toBe("ERR_SIGNED_OUT");
});

test("extending where the server has no touch moves the limit here, in every tab", async () => {
  const { world, tabs } = await signedIn(3, {}, { refresh: "/refresh" });
  await world.advance(14 * MINUTE);
  expect(showing(tabs)).toEqual(["warning idle"]);
  await world.run(tabs[0].session.extend());
  await world.advance(SECOND);
  expect(showing(tabs)).toEqual(["active"]);
});

test("I17 a hold keeps the idle limit away while it lasts, and the server's too", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const events = tabs.map(eventsOf);
  const release = tabs[0].session.hold({ reason: "upload", max: "2h" });
  await world.advance(HOUR);
  expect(showing(tabs)).toEqual(["active"]);
  expect(world.server.sessions[0].over).toBeUndefined();
  expect(events[1]).toEqual([]);
  release();
  await world.advance(12 * MINUTE);
  expect(showing(tabs)).toEqual(["active"]);
  await world.advance(4 * MINUTE);
  expect(showing(tabs)).toEqual(["ended idle"]);
});

test("I17 a hold ends by itself, after half an hour unless it says otherwise", async () => {
  for (const [max, ms] of [
    [undefined, 30 * MINUTE],
    ["40m", 40 * MINUTE],
  ] as const) {
    const { world, tab } = await alone(lasting);
    tab.session.hold(max === undefined ? {} : { max });
    await world.advance(ms + 14.5 * MINUTE);
    expect(shows(tab)).toBe("warning idle");
    await world.advance(MINUTE);
    expect(shows(tab)).toBe("ended idle");
  }
});

test("I17 a hold does not keep the absolute limit away", async () => {
  const { world, tab } = await alone({ server: { ...LASTING, absolute: HOUR } });
  tab.session.hold({ max: "8h" });
  await world.advance(HOUR + SECOND);
  expect(shows(tab)).toBe("ended absolute");
});

test("I17 holds are told of, overlap, and are released once", async () => {
  const { world, tab } = await alone(lasting);
  const told: SessionEvents["hold"][] = [];
  tab.session.on("hold", (detail) => told.push(detail));
  const film = tab.session.hold({ reason: "film", max: "1h" });
  const upload = tab.session.hold({ reason: "upload", max: "10m" });
  await world.advance(SECOND);
  film();
  film();
  await world.advance(10 * MINUTE);
  upload();
  expect(told.map(({ active, reason }) => [active, reason])).toEqual([
    [true, "film"],
    [true, "upload"],
    [false, "film"],
    [false, "upload"],
  ]);
  await world.advance(14.5 * MINUTE);
  expect(shows(tab)).toBe("warning idle");
});

test("I17 a hold that begins during the warning closes it, one that begins too late revives nothing", async () => {
  const { world, tab } = await alone(lasting);
  await world.advance(14 * MINUTE);
  tab.session.hold();
  await world.advance(SECOND);
  expect(shows(tab)).toBe("active");

  const { world: night, tab: late } = await alone(lasting);
  await night.sleep(20 * MINUTE);
  late.session.hold();
  await night.advance(SECOND);
  expect(shows(late)).toBe("ended idle");
});

test("activity in a frame that is watched counts, and no longer when the watch ends", async () => {
  const { world, tab } = await alone(lasting);
  const frame = new EventTarget();
  const end = tab.session.watch(frame);
  await world.advance(10 * MINUTE);
  frame.dispatchEvent(new Event("keydown"));
  await world.advance(10 * MINUTE);
  expect(shows(tab)).toBe("active");
  end();
  await world.advance(2 * MINUTE);
  frame.dispatchEvent(new Event("keydown"));
  await world.advance(4 * MINUTE);
  expect(shows(tab)).toBe("ended idle");
});

test("I16 a frame that is watched before the start is watched once there is one, unless the watch has ended", async () => {
  const { world, tab } = await alone(lasting);
  const next = tab.reload();
  const [frame, gone] = [new EventTarget(), new EventTarget()];
  next.session.watch(frame);
  const end = next.session.watch(gone);
  await world.advance(SECOND);
  end();
  await world.run(next.session.start());
  await world.advance(10 * MINUTE);
  frame.dispatchEvent(new Event("keydown"));
  await world.advance(10 * MINUTE);
  expect(shows(next)).toBe("active");
  gone.dispatchEvent(new Event("keydown"));
  await world.advance(6 * MINUTE);
  expect(shows(next)).toBe("ended idle");
});

test("activity that the application reports counts like any other", async () => {
  const { world, tab } = await alone(lasting);
  await world.advance(10 * MINUTE);
  tab.session.reportActivity();
  await world.advance(10 * MINUTE);
  expect(shows(tab)).toBe("active");
});
