import { createSession, isSessionError, type SessionOptions } from "sojourn";
import { bff } from "sojourn/presets";
import { createWorld } from "sojourn/testing";
import { expect, test } from "vitest";
import { alone, LASTING, MINUTE, SECOND, shows } from "./support.js";

const server = bff();

/** The error that options lead to. They may be nonsense: applications are not all written in TypeScript. */
function refusal(options: unknown): { option?: string | undefined; message: string } {
  try {
    createSession(options as SessionOptions);
  } catch (error) {
    expect(error).toSatisfy(isSessionError);
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTION" });
    return error as { option?: string; message: string };
  }
  throw new Error(`accepted: ${String(options)}`);
}

const refused: [what: string, option: string, options: object][] = [
  ["a warning under 20 s", "idle.warning", { server, idle: { timeout: "5m", warning: "19s" } }],
  ["an absolute warning under 20 s", "absolute.warning", { server, absolute: { warning: 19_999 } }],
  ["a warning as long as the timeout", "idle.warning", { server, idle: { timeout: "1m", warning: "1m" } }],
  ["a warning longer than the timeout", "idle.warning", { server, idle: { timeout: 30_000, warning: "2m" } }],
  [
    "an absolute warning longer than its timeout",
    "absolute.warning",
    { server, absolute: { timeout: "1h", warning: "2h" } },
  ],
  ["a timeout that is NaN", "idle.timeout", { server, idle: { timeout: Number.NaN } }],
  ["a timeout that is endless", "idle.timeout", { server, idle: { timeout: Number.POSITIVE_INFINITY } }],
  ["a negative timeout", "idle.timeout", { server, idle: { timeout: -1 } }],
  ["no timeout at all", "idle.timeout", { server, idle: { timeout: 0 } }],
  ["a timeout with an unknown unit", "idle.timeout", { server, idle: { timeout: "15 minutes" } }],
  ["a timeout without a number", "absolute.timeout", { server, absolute: { timeout: "h" } }],
  ["a negative timeout with a unit", "absolute.timeout", { server, absolute: { timeout: "-5m" } }],
  ["a timeout that is no duration", "idle.timeout", { server, idle: { timeout: {} } }],
  ["a timeout that is a bigint", "idle.timeout", { server, idle: { timeout: 900n } }],
  ["a negative request timeout", "requestTimeout", { server, requestTimeout: -10 }],
  ["a refresh margin that is none", "refreshMargin", { server, refreshMargin: "soon" }],
  ["an unknown option", "idel", { server, idel: { timeout: "15m" } }],
  ["an unknown idle option", "idle.time", { server, idle: { time: "15m" } }],
  ["an unknown absolute option", "absolute.events", { server, absolute: { events: ["scroll"] } }],
  ["an unknown fetch option", "fetch.origin", { server, fetch: { origin: "https://a.test" } }],
  ["idle: true", "idle", { server, idle: true }],
  ["idle: null", "idle", { server, idle: null }],
  ["events that are no list", "idle.events", { server, idle: { events: "keydown" } }],
  ["both server and refresh", "server", { server, refresh: "/refresh" }],
  ["neither server nor refresh", "server", {}],
  ["a server that can do nothing", "server", { server: {} }],
  ["a refresh that is no address", "refresh", { refresh: 42 }],
  ["a name with spaces", "name", { server, name: "my app" }],
  ["an empty name", "name", { server, name: "" }],
  ["a name that is too long", "name", { server, name: "x".repeat(65) }],
  ["a name that is a number", "name", { server, name: 7 }],
  ["an unknown storage", "storage", { server, storage: "localStorage" }],
  ["an unknown place for tokens", "tokens", { server, tokens: "cookie" }],
  ["an origin that is none", "fetch.origins", { server, fetch: { origins: ["api.example.com"] } }],
  ["origins that are no list", "fetch.origins", { server, fetch: { origins: "https://api.example.com" } }],
  ["a wildcard as origin", "fetch.origins", { server, fetch: { origins: ["*"] } }],
  ["csrf: null", "fetch.csrf", { server, fetch: { csrf: null } }],
  ["hideOnRestore that is a text", "hideOnRestore", { server, hideOnRestore: "no" }],
];

test.each(refused)("%s is refused, with the name %s", (_what, option, options) => {
  const { option: named, message } = refusal(options);
  expect(named).toBe(option);
  expect(message).toContain(option);
});

test.each([undefined, null, "server", 42, true])("options that are %s are refused", (options) => {
  expect(refusal(options).message).toMatch(/option/);
});

test("a refusal says what would be right", () => {
  expect(refusal({ server, idle: { warning: "5s" } }).message).toMatch(/20 ?s.*WCAG/);
  expect(refusal({ server, idle: { timeout: "15" } }).message).toContain('"15m"');
  expect(refusal({ server, idel: {} }).message).toContain("idle");
});

test("allowShortWarning permits a warning under 20 s", async () => {
  const { world, tab } = await alone(
    { server: LASTING },
    { idle: { timeout: "30s", warning: "5s", allowShortWarning: true } },
  );
  await world.advance(24 * SECOND);
  expect(shows(tab)).toBe("active");
  await world.advance(2 * SECOND);
  expect(shows(tab)).toBe("warning idle");
  await world.advance(5 * SECOND);
  expect(shows(tab)).toBe("ended idle");
});

test("durations are ms or a number with a unit", async () => {
  for (const [timeout, ms] of [
    [90_000, 90_000],
    ["90000ms", 90_000],
    ["90s", 90_000],
    ["1.5m", 90_000],
    ["0.025h", 90_000],
  ] as const) {
    const { tab } = await alone({ server: LASTING }, { idle: { timeout } });
    expect(tab.session.timeLeft("idle")).toBeGreaterThan(ms - SECOND);
    expect(tab.session.timeLeft("idle")).toBeLessThanOrEqual(ms);
  }
});

test("the warning opens 2 minutes before the idle limit, 10 before the absolute one, at half of a short one", async () => {
  for (const [limits, before, after, shown] of [
    [{ idle: { timeout: "15m" } }, 12.9, 13.1, "warning idle"],
    [{ idle: { timeout: "3m" } }, 1.4, 1.6, "warning idle"],
    [{ absolute: { timeout: "60m" } }, 49.9, 50.1, "warning absolute"],
    [{ absolute: { timeout: "12m" } }, 5.9, 6.1, "warning absolute"],
  ] as const) {
    const { world, tab } = await alone({ server: { ...LASTING, idle: 500 * MINUTE } }, limits);
    await world.advance(before * MINUTE);
    expect(shows(tab)).toBe("active");
    await world.advance((after - before) * MINUTE);
    expect(shows(tab)).toBe(shown);
  }
});

test("the nearer of both idle limits counts, the application's or the server's", async () => {
  for (const [own, told, ends] of [
    ["5m", 15 * MINUTE, 5],
    ["30m", 15 * MINUTE, 15],
    [undefined, 20 * MINUTE, 20],
  ] as const) {
    const { world, tab } = await alone(
      { server: { ...LASTING, idle: told } },
      { idle: own ? { timeout: own } : {} },
    );
    await world.advance(ends * MINUTE - SECOND);
    expect(shows(tab)).toBe("warning idle");
    await world.advance(2 * SECOND);
    expect(shows(tab)).toBe("ended idle");
  }
});

test("S2 the nearer of both absolute limits counts, the application's or the server's", async () => {
  for (const [own, told, ends] of [
    ["1h", 120 * MINUTE, 60],
    ["3h", 120 * MINUTE, 120],
    [undefined, 90 * MINUTE, 90],
  ] as const) {
    const { world, tab } = await alone(
      { server: { ...LASTING, idle: 500 * MINUTE, absolute: told } },
      { absolute: own ? { timeout: own } : {} },
    );
    await world.advance(ends * MINUTE - SECOND);
    expect(shows(tab)).toBe("warning absolute");
    await world.advance(2 * SECOND);
    expect(shows(tab)).toBe("ended absolute");
  }
});

test("where nobody names a limit it is 15 minutes idle and 8 hours in all", async () => {
  const world = createWorld();
  const tab = world.tab({ refresh: async () => ({}) });
  await world.run(tab.session.start({}));
  expect(tab.session.timeLeft("idle") / MINUTE).toBeCloseTo(15, 1);
  expect(tab.session.timeLeft("absolute") / MINUTE).toBeCloseTo(480, 1);
});

test("idle: false and absolute: false switch the limits off", async () => {
  const world = createWorld();
  const tab = world.tab({ refresh: async () => ({}), idle: false, absolute: false });
  await world.run(tab.session.start({}));
  expect(tab.session.timeLeft()).toBe(Number.POSITIVE_INFINITY);
  // Nothing is due, ever.
  expect(tab.usage().timers).toBe(0);
  await world.advance(100 * 24 * 60 * MINUTE);
  expect(shows(tab)).toBe("active");
});

test("a grant with a lifetime that is none is refused, and begins nothing", async () => {
  const world = createWorld();
  const tab = world.tab();
  for (const grant of [
    { idleExpiresIn: -1 },
    { absoluteExpiresIn: Number.NaN },
    { accessExpiresIn: "soon" as never },
  ])
    await expect(world.run(tab.session.start(grant))).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  expect(["unknown", "signed-out"]).toContain(shows(tab));
});

test("a hold for a time that is none is refused at once", async () => {
  const { tab } = await alone();
  for (const max of [-1, Number.NaN, 0, "for ever" as never])
    expect(() => tab.session.hold({ max })).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
});
