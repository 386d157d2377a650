import fc from "fast-check";
import { expect } from "vitest";
import { SessionError } from "../../src/errors.js";

/** How many inputs each parser is given: vitest.config.ts says. */
const INPUTS = Number(process.env.INPUTS);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
console.log(`properties: ${INPUTS} inputs for each parser, SEED=${SEED} makes the same ones again`);

/** Tries a property with a part of the inputs. */
export function holds<T>(part: number, values: fc.Arbitrary<T>, property: (value: T) => void): void {
  fc.assert(fc.property(values, property), { numRuns: Math.ceil(INPUTS * part), seed: SEED });
}

/** The same for a property that takes its time. */
export function holdsLater<T>(part: number, values: fc.Arbitrary<T>, property: (value: T) => Promise<void>) {
  const numRuns = Math.ceil(INPUTS * part);
  return fc.assert(fc.asyncProperty(values, property), { numRuns, seed: SEED });
}

const odd = fc.constantFrom<unknown>(
  ...[null, undefined, true, false, "", " ", "0", "1", "\ud800", "__proto__", "constructor", "\u0000"],
  ...[0, -0, -1, 0.5, 1e308, 5e-324, 2 ** 31, 2 ** 53, Number.NaN, Infinity, -Infinity, 10n ** 400n],
  ...[Symbol("odd"), Symbol.iterator, () => {}, [], {}, Object.create(null), new Date(Number.NaN), /odd/],
);

/** Whatever a value can be. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  odd,
  fc.anything({
    maxDepth: 3,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
);

/** What the application's own getter throws. */
export class Trap extends Error {}
const trapped = () => {
  throw new Trap("a getter that throws");
};

type Change = { kind: "put" | "drop" | "inherit" | "bare" | "trap"; key: string | number; value: unknown };

function changed(given: object, { kind, key, value }: Change): object {
  const own = Object.keys(given);
  const name = typeof key === "string" ? key : (own[key % own.length] ?? "nothing");
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(given));
  const define = (it: PropertyDescriptor) =>
    Object.defineProperty(copy, name, { enumerable: true, configurable: true, ...it });
  if (kind === "inherit") return Object.create(given);
  if (kind === "bare") return Object.setPrototypeOf(copy, null);
  if (kind === "drop") return Reflect.deleteProperty(copy, name) ? copy : given;
  return kind === "put" ? define({ value, writable: true }) : define({ get: trapped });
}

/** A value as it should be, but for one to three changes. `traps`: getters that throw are among them. */
export const nearly = (valid: fc.Arbitrary<object>, values = anything, traps = false) =>
  fc
    .tuple(
      valid,
      fc.array(
        fc.record<Change>({
          kind: fc.constantFrom(
            "put",
            "put",
            "put",
            "drop",
            "inherit",
            "bare",
            ...(traps ? ["trap" as const] : []),
          ),
          key: fc.oneof(
            { weight: 5, arbitrary: fc.nat() },
            fc.constantFrom("__proto__", "constructor", "toString", "toJSON", "length"),
          ),
          value: values,
        }),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([value, changes]) => changes.reduce(changed, value));

/** What `read` comes to. What it throws is a `SessionError`, or what the application's own getter threw. */
export function outcome<T>(read: () => T): T | SessionError | Trap {
  try {
    return read();
  } catch (error) {
    if (error instanceof SessionError || error instanceof Trap) return error;
    throw error;
  }
}

export const isTold = (lifetime: unknown) =>
  expect(
    lifetime === undefined || (typeof lifetime === "number" && lifetime >= 0 && lifetime < Infinity),
  ).toBe(true);
