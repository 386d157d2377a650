import fc from "fast-check";
import { expect, test } from "vitest";
import { SessionError } from "../../src/errors.js";
import { type SessionOptions, settle } from "../../src/options.js";
import { anything, holds, nearly, outcome, Trap } from "./support.js";

const read = (options: unknown) => outcome(() => settle(options as SessionOptions));

const duration = fc.oneof(
  fc.integer({ min: 1, max: 1e12 }),
  fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.constantFrom("ms", "s", "m", "h", "d"))
    .map(([count, unit]) => `${count}${unit}`),
);
/** An object with some of these. */
const some = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) =>
  fc.record(model, { requiredKeys: [] });

const limit = { timeout: duration, warning: duration, allowShortWarning: fc.boolean() };
const verb = fc.constant(async () => {});
const server = some({
  peek: verb,
  touch: verb,
  refresh: verb,
  end: verb,
  peekSlides: fc.boolean(),
  tokens: fc.constantFrom("none", "memory"),
});
const parts = {
  idle: fc.oneof(fc.constant(false), some({ ...limit, events: fc.array(fc.string()) })),
  absolute: fc.oneof(fc.constant(false), some(limit)),
  name: fc.string({ unit: fc.constantFrom("a", "Z", "0", "_", ".", "-"), minLength: 1, maxLength: 64 }),
  storage: fc.constantFrom("indexeddb", "memory"),
  tokens: fc.constantFrom("none", "memory"),
  fetch: some({
    origins: fc.array(
      fc.constantFrom("https://api.example", "http://localhost:8080/api?x#y", "https://ü.example"),
    ),
    csrf: fc.dictionary(fc.string(), fc.string()),
  }),
  requestTimeout: duration,
  refreshMargin: duration,
  hideOnRestore: fc.boolean(),
};
const options = fc.oneof(
  fc.record(
    {
      ...parts,
      refresh: fc.oneof(fc.constant("/auth/refresh"), verb),
    },
    { requiredKeys: ["refresh"] },
  ),
  fc.record({ ...parts, server }, { requiredKeys: ["server"] }),
);
/** The same, with the changes inside of one of them. */
const inside = fc
  .tuple(
    options,
    nearly(some({ ...limit, ...parts, server }), anything, true),
    fc.constantFrom("idle", "absolute", "fetch", "server"),
  )
  .map(([given, change, key]) => ({ ...given, [key]: change }));

/** What is settled can be counted with. */
function usable(settings: ReturnType<typeof settle>): void {
  const { policy, name, origins, requestTimeout } = settings;
  expect(name).toMatch(/^[\w.-]{1,64}$/);
  for (const ms of [requestTimeout, policy.refreshMargin, policy.patience]) {
    expect(ms).toBeTypeOf("number");
    expect(ms).toBeGreaterThan(0);
  }
  for (const [timeout, warning] of [
    [policy.idleTimeout, policy.idleWarning],
    [policy.absoluteTimeout, policy.absoluteWarning],
  ]) {
    for (const ms of [timeout, warning]) if (ms !== undefined) expect(ms).toBeGreaterThan(0);
    if (timeout !== undefined && warning !== undefined) expect(warning).toBeLessThan(timeout);
  }
  for (const origin of origins ?? []) expect(new URL(origin).origin).toBe(origin);
  expect(settings.memoryOnly).toBeTypeOf("boolean");
  expect(settings.hideOnRestore).toBeTypeOf("boolean");
  expect(policy.canPeek || policy.canRefresh || !!settings.server).toBe(true);
}

const judged = (given: unknown) => {
  const settings = read(given);
  if (settings instanceof Trap) return;
  if (!(settings instanceof SessionError)) return usable(settings);
  expect(settings.code).toBe("ERR_INVALID_OPTION");
  expect(settings.option).toBeTypeOf("string");
  expect(settings.message.startsWith(settings.option as string)).toBe(true);
};

test("options as they are meant are taken, or two of them contradict each other", () => {
  holds(0.3, options, judged);
});

test("what is taken is what was asked for", () => {
  holds(0.1, fc.integer({ min: 41, max: 500 }), (seconds) => {
    const settings = settle({
      refresh: "/r",
      idle: { timeout: `${seconds}s`, warning: "20s" },
      requestTimeout: `${seconds}m`,
    });
    expect(settings.policy).toMatchObject({
      idleTimeout: seconds * 1000,
      idleWarning: 20_000,
      patience: seconds * 90_000,
    });
  });
});

test("anything else is refused by the name of the option, or can be counted with", () => {
  holds(0.3, nearly(options, anything, true), judged);
  holds(0.25, inside, judged);
  holds(0.05, anything, judged);
});
