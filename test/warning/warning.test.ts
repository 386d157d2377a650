import { createWarning, type SessionWarning, type WarningState } from "sojourn/warning";
import { describe, expect, onTestFinished, test } from "vitest";
import { alone, HOUR, LASTING, MINUTE, SECOND, signedIn } from "../session/support.js";
import { counted, inPage } from "./page.js";

const lasting = { server: LASTING };
/** Eight hours with only the absolute limit to be warned of, an hour before it. */
const DAY_AT_WORK = { idle: false, absolute: { timeout: "8h", warning: "1h" } } as const;

/** Subscribes for the rest of the test: all tests share one document. */
function follow(warning: SessionWarning, listener: () => void = () => {}): () => void {
  const stop = warning.subscribe(listener);
  onTestFinished(stop);
  return stop;
}

/** Everything a subscriber is told from now on. */
function told(warning: SessionWarning): WarningState[] {
  const states: WarningState[] = [];
  follow(warning, () => states.push(warning.getState()));
  return states;
}

/** The errors that nobody handles, for the rest of the test. Vitest, which would fail for them, is not told. */
function unhandled(): unknown[] {
  const errors: unknown[] = [];
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => errors.push(error));
  onTestFinished(() => {
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
  });
  return errors;
}

describe("while a limit is near", () => {
  test("is open, and says which limit, how long, and that staying signed in is possible", async () => {
    const { world, tab } = await alone(lasting);
    const warning = createWarning(tab.session);
    expect(warning.getState().open).toBe(false);
    await world.advance(13 * MINUTE);
    expect(warning.getState()).toEqual({
      open: true,
      limit: "idle",
      extendable: true,
      secondsLeft: 120,
      pending: false,
      error: undefined,
    });
  });

  test("counts whole seconds, rounded up, each at the moment it begins", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const warning = createWarning(tab.session);
    const seen: [seconds: number, left: number][] = [];
    follow(warning, () => seen.push([warning.getState().secondsLeft, tab.session.timeLeft("idle")]));
    await world.advance(13.5 * MINUTE);
    expect(seen.map(([seconds]) => seconds)).toEqual(Array.from(seen, (_, i) => 120 - i));
    expect(seen.length).toBeGreaterThanOrEqual(30);
    // The first is the opening.
    for (const [seconds, left] of seen.slice(1)) {
      expect(left).toBeLessThanOrEqual(seconds * SECOND);
      expect(left).toBeGreaterThan(seconds * SECOND - 2);
    }
  });

  test("counts from the next whole second for who subscribes in the middle of one", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    await world.advance(14 * MINUTE);
    await world.advance((tab.session.timeLeft("idle") % SECOND) + 400);
    const warning = createWarning(tab.session);
    const before = warning.getState().secondsLeft;
    const states = told(warning);
    await world.advance(500);
    expect(states).toEqual([]);
    await world.advance(200);
    expect(states.map((state) => state.secondsLeft)).toEqual([before - 1]);
  });

  test("shows the same object while it says the same, and another one when it does not", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE + 1);
    const first = warning.getState();
    expect(warning.getState()).toBe(first);
    const states = told(warning);
    expect(warning.getState()).toBe(first);
    await world.advance(3 * SECOND);
    expect(new Set(states).size).toBe(3);
    expect(states).not.toContain(first);
    expect(first.secondsLeft).toBe(states[0].secondsLeft + 1);
  });

  test("tells every subscriber, also where another one has looked just before", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const warning = createWarning(tab.session);
    // A subscriber of the session hears of the warning first, and looks.
    tab.session.subscribe(() => warning.getState());
    const states = told(warning);
    await world.advance(14 * MINUTE);
    expect(states[0]).toMatchObject({ open: true, secondsLeft: 120 });
  });

  test("never counts below zero: at the limit it waits for the end, without ticking", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const warning = createWarning(tab.session);
    const states = told(warning);
    world.network.trouble = () => "hang";
    await world.advance(16 * MINUTE);
    expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "idle" });
    const open = states.filter((state) => state.open).map((state) => state.secondsLeft);
    expect(open).toEqual(Array.from({ length: 121 }, (_, i) => 120 - i));
    expect(states.slice(open.length)).toEqual([expect.objectContaining({ open: false, secondsLeft: 0 })]);
  });

  test("opens in every tab and closes in every tab", async () => {
    const { world, tabs } = await signedIn(3, lasting);
    const warnings = tabs.map((tab) => createWarning(tab.session));
    await world.advance(14 * MINUTE);
    expect(warnings.map((warning) => warning.getState().open)).toEqual([true, true, true]);
    await world.run(warnings[1].extend());
    await world.advance(SECOND);
    expect(warnings.map((warning) => warning.getState().open)).toEqual([false, false, false]);
  });

  test("is not seen where the machine slept past the limit", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const states = told(createWarning(tab.session));
    await world.sleep(HOUR);
    tab.focus();
    await world.advance(SECOND);
    expect(tab.session.getState().status).toBe("ended");
    expect(states.some((state) => state.open)).toBe(false);
  });
});

describe("ticks", () => {
  test("only while open, visible and subscribed to: otherwise there is no timer and no listener", async () => {
    const { world, tab } = await alone(lasting);
    const page = inPage(tab);
    const session = counted(tab.session);
    const warning = createWarning(session);
    const own = () => tab.usage().timers;

    const stop = follow(warning);
    const other = follow(warning);
    expect([page.listeners, session.subscribers]).toEqual([1, 1]);
    expect(own()).toBe(1);
    await world.advance(14 * MINUTE);
    expect(own()).toBe(2);

    page.hide();
    await world.advance(SECOND);
    expect(own()).toBe(1);
    page.show();
    await world.advance(SECOND);
    expect(own()).toBe(2);

    stop();
    expect([own(), page.listeners, session.subscribers]).toEqual([2, 1, 1]);
    other();
    expect([own(), page.listeners, session.subscribers]).toEqual([1, 0, 0]);
    // Once more changes nothing.
    other();
    follow(warning);
    expect([own(), page.listeners, session.subscribers]).toEqual([2, 1, 1]);
    await world.run(warning.extend());
    expect(own()).toBe(1);
  });

  test("for all, also where a listener throws, which is reported", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const reported = unhandled();
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    const { secondsLeft } = warning.getState();
    let thrown = 0;
    follow(warning, () => {
      thrown++;
      throw new Error("of the application");
    });
    const states = told(warning);
    await world.advance(3 * SECOND);
    expect(states.map((state) => state.secondsLeft)).toEqual([1, 2, 3].map((past) => secondsLeft - past));
    expect(thrown).toBe(3);
    await expect.poll(() => reported).toEqual(Array(3).fill(new Error("of the application")));
  });

  test("not in the background, and shows the right second at once when the page is seen again", async () => {
    const { world, tab } = await alone(lasting);
    const page = inPage(tab);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    const states = told(warning);
    page.hide();
    await world.advance(20.5 * SECOND);
    expect(states).toEqual([]);
    page.show();
    expect(states).toHaveLength(1);
    expect(states[0].secondsLeft).toBe(Math.ceil(tab.session.timeLeft("idle") / SECOND));
  });

  test("100 times subscribed and left: everything is as before", async () => {
    const { world, tab } = await alone(lasting);
    const page = inPage(tab);
    const session = counted(tab.session);
    const warning = createWarning(session);
    await world.advance(14 * MINUTE);
    const before = tab.usage();
    for (let i = 0; i < 100; i++) warning.subscribe(() => {})();
    expect([tab.usage(), page.listeners, session.subscribers]).toEqual([before, 0, 0]);
  });
});

describe("Stay signed in", () => {
  test("is pending until the session has moved, and never closes before", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    const states = told(warning);
    const done = warning.extend();
    expect(warning.getState()).toMatchObject({ open: true, pending: true });
    tab.session.on("extended", () => expect(warning.getState().pending).toBe(true));
    await world.run(done);
    expect(warning.getState()).toMatchObject({ open: false, pending: false, error: undefined });
    const closed = states.findIndex((state) => !state.open);
    expect(states.slice(0, closed).every((state) => state.pending)).toBe(true);
  });

  test("that fails stays open and says why; the next try forgets it", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    follow(warning);
    world.network.next("/session/touch", { answer: { status: 503 } });
    await world.run(warning.extend());
    expect(warning.getState()).toMatchObject({
      open: true,
      pending: false,
      error: { code: "ERR_UNAVAILABLE" },
    });
    const again = warning.extend();
    expect(warning.getState()).toMatchObject({ open: true, pending: true, error: undefined });
    await world.run(again);
    expect(warning.getState()).toMatchObject({ open: false, error: undefined });
  });

  test("of the next warning knows nothing of what failed in the one before", async () => {
    const { world, tabs } = await signedIn(2, lasting);
    inPage(tabs[0]);
    const warning = createWarning(tabs[0].session);
    const stop = follow(warning);
    await world.advance(14 * MINUTE);
    world.network.next("/session/touch", { answer: { status: 503 } });
    await world.run(warning.extend());
    await world.run(tabs[1].session.extend());
    await world.advance(SECOND);
    expect(warning.getState().open).toBe(false);
    stop();
    await world.advance(14 * MINUTE);
    expect(warning.getState()).toMatchObject({ open: true, error: undefined });
  });

  test("pressed three times is one request", async () => {
    const { world, tab } = await alone(lasting);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    const before = world.network.sent("/session/touch").length;
    const answers = [warning.extend(), warning.extend(), warning.extend()];
    expect(new Set(answers).size).toBe(1);
    await world.run(Promise.all(answers));
    expect(world.network.sent("/session/touch").length - before).toBe(1);
  });
});

describe("Sign out", () => {
  test("is pending while work is saved, and closes with the session", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    follow(warning);
    let saved = () => {};
    tab.session.beforeEnd(() => new Promise((resolve) => (saved = () => resolve(undefined))));
    await world.settle();
    const done = warning.logout();
    await world.settle();
    expect(warning.getState()).toMatchObject({ open: true, pending: true });
    saved();
    await world.run(done);
    expect(warning.getState()).toMatchObject({ open: false, pending: false });
    expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "logout" });
  });

  test("does not wait for a pending extension", async () => {
    const { world, tab } = await alone(lasting);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    world.network.next("/session/touch", "hang");
    const extended = warning.extend();
    await world.settle();
    await world.run(warning.logout(), 5 * SECOND);
    await world.run(extended, 5 * SECOND);
    expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "logout" });
    // What became of the extension does not matter any more.
    expect(warning.getState()).toMatchObject({ open: false, pending: false, error: undefined });
  });

  test("never rejects: what the session says is the error", async () => {
    const { world, tab } = await alone(lasting);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    tab.session.destroy();
    await world.run(warning.logout());
    expect(warning.getState().error?.code).toBe("ERR_DESTROYED");
  });
});

describe("OK", () => {
  test("closes a warning that nothing can move, until that limit", async () => {
    const { world, tab } = await alone(lasting, DAY_AT_WORK);
    inPage(tab);
    const warning = createWarning(tab.session);
    await world.advance(7 * HOUR + MINUTE);
    expect(warning.getState()).toMatchObject({ open: true, limit: "absolute", extendable: false });
    const states = told(warning);
    warning.dismiss();
    expect(states).toHaveLength(1);
    expect(warning.getState()).toMatchObject({ open: false, limit: "absolute", secondsLeft: 0 });
    await world.advance(50 * MINUTE);
    expect(states.some((state) => state.open)).toBe(false);
    expect(tab.session.getState().status).toBe("warning");
  });

  test("is no answer to a warning that can be extended", async () => {
    const { world, tab } = await alone(lasting);
    const warning = createWarning(tab.session);
    await world.advance(14 * MINUTE);
    warning.dismiss();
    expect(warning.getState().open).toBe(true);
  });

  test("before any warning means nothing", async () => {
    const { world, tab } = await alone(lasting, DAY_AT_WORK);
    const warning = createWarning(tab.session);
    warning.dismiss();
    await world.advance(7 * HOUR + MINUTE);
    expect(warning.getState().open).toBe(true);
  });

  test("an idle warning that follows opens; extended, the dismissed one stays closed", async () => {
    const { world, tab } = await alone(lasting, {
      idle: { timeout: "15m", warning: "2m" },
      absolute: { timeout: "1h", warning: "40m" },
    });
    inPage(tab);
    const warning = createWarning(tab.session);
    follow(warning);
    for (let minute = 0; minute < 21; minute++) {
      tab.activity();
      await world.advance(MINUTE);
    }
    expect(warning.getState()).toMatchObject({ open: true, limit: "absolute" });
    warning.dismiss();
    expect(warning.getState().open).toBe(false);
    await world.advance(13 * MINUTE);
    expect(warning.getState()).toMatchObject({ open: true, limit: "idle", extendable: true });
    await world.run(warning.extend());
    expect(tab.session.getState()).toMatchObject({ status: "warning", limit: "absolute" });
    expect(warning.getState()).toMatchObject({ open: false, limit: "absolute" });
  });

  test("of one session is not that of the next, whoever looked in between", async () => {
    const { world, tab } = await alone(lasting, DAY_AT_WORK);
    const warning = createWarning(tab.session);
    await world.advance(7 * HOUR + MINUTE);
    warning.dismiss();
    await world.run(tab.session.logout());
    await world.run(tab.signIn("ada"));
    await world.advance(7 * HOUR + MINUTE);
    expect(warning.getState()).toMatchObject({ open: true, limit: "absolute" });
  });
});
