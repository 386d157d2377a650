import fc from "fast-check";
import { expect } from "vitest";
import type { SharedRecord } from "../../src/core/record.js";
import { when } from "../core/support.js";

const whole = fc.oneof(fc.nat(), fc.maxSafeNat());
const stamp = fc.oneof(
  fc.nat(),
  fc.integer().map((off) => when(0).wall + off),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const lasting = fc.oneof(fc.nat(), fc.constantFrom(0, Infinity), fc.double({ min: 0, noNaN: true }));
const text = fc.string({ maxLength: 199 }).filter(({ length }) => length < 200);
export const REASONS = ["logout", "idle", "absolute", "rejected", "replaced"] as const;

const common = {
  v: fc.constant(1 as const),
  epoch: whole,
  sequence: whole,
  failures: whole,
  prefix: text,
  subject: text,
  marker: text,
  activityAt: stamp,
  touchedAt: stamp,
  retryAt: stamp,
  idleTimeout: lasting,
  absoluteAt: lasting,
  absoluteTimeout: lasting,
  absoluteTold: lasting,
  accessAt: lasting,
  accessLifetime: lasting,
  asked: fc.boolean(),
  intent: fc.option(fc.record({ attempt: fc.maxSafeInteger(), tab: fc.string() })),
};
/** Records of before it was told when the user authenticated have neither. */
const told = { authAt: stamp, acr: fc.string() };
const required = [...Object.keys(common), "live", "end"] as (keyof typeof common | "live" | "end")[];
export const record: fc.Arbitrary<SharedRecord> = fc.oneof(
  fc.record(
    { ...common, ...told, live: fc.constant(true), end: fc.constant(null) },
    { requiredKeys: required },
  ),
  fc.record(
    {
      ...common,
      ...told,
      live: fc.constant(false),
      end: fc.record({ reason: fc.constantFrom(...REASONS), confirmed: fc.boolean() }),
    },
    { requiredKeys: required },
  ),
);

/** What every record must be, said once more. */
export function wellFormed(r: SharedRecord): void {
  expect(r.v).toBe(1);
  for (const count of [r.epoch, r.sequence, r.failures])
    expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
  for (const at of [r.activityAt, r.touchedAt, r.retryAt]) expect(Number.isFinite(at)).toBe(true);
  const { idleTimeout, absoluteAt, absoluteTimeout, absoluteTold, accessAt, accessLifetime } = r;
  for (const ms of [idleTimeout, absoluteAt, absoluteTimeout, absoluteTold, accessAt, accessLifetime])
    expect(typeof ms === "number" && ms >= 0).toBe(true);
  for (const it of [r.prefix, r.subject, r.marker])
    expect(typeof it === "string" && it.length < 200).toBe(true);
  expect(r.asked).toBeTypeOf("boolean");
  expect(Number.isFinite(r.authAt ?? 0) && typeof (r.acr ?? "") === "string").toBe(true);
  if (r.intent !== null) {
    expect(Number.isSafeInteger(r.intent.attempt)).toBe(true);
    expect(r.intent.tab).toBeTypeOf("string");
  }
  if (r.live) expect(r.end).toBe(null);
  else {
    expect(r.live).toBe(false);
    expect(REASONS).toContain(r.end?.reason);
    expect(r.end?.confirmed).toBeTypeOf("boolean");
  }
}
