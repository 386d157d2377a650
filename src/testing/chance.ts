/** Chance that a seed decides: the same seed, the same numbers in the same order. */
export interface Chance {
  /** In [0, 1). */
  number(): number;
  /** A number in a span: the number itself, or one between the two (the upper bound excluded). */
  within(span: Span): number;
  /** `true` with this probability. */
  happens(probability: number): boolean;
  /** One of them. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** 128 bits as text. */
  id(): string;
  /** Chance of its own, so that what is drawn here changes nothing there. The same label, the same chance. */
  fork(label: string): Chance;
}

/** A fixed number, or a range that chance draws from. In ms where it is a time. */
export type Span = number | readonly [least: number, most: number];

/** FNV-1a: https://datatracker.ietf.org/doc/draft-eastlake-fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Names for subjects as `crypto.subtle` would make them: different texts, different names. Not a secure hash. */
export function digest(text: string): string {
  return ["a", "b", "c", "d"]
    .map((salt) =>
      hashOf(salt + text)
        .toString(16)
        .padStart(8, "0"),
    )
    .join("");
}

/** Makes {@link Chance} from a seed (mulberry32). */
export function createChance(seed: number | string): Chance {
  let state = hashOf(`sojourn ${seed}`);
  const bits = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const number = () => bits() / 2 ** 32;
  return {
    number,
    within: (span) => (typeof span === "number" ? span : span[0] + number() * (span[1] - span[0])),
    happens: (probability) => number() < probability,
    pick: (items) => items[Math.floor(number() * items.length)] as (typeof items)[0],
    id: () => [bits(), bits(), bits(), bits()].map((part) => part.toString(16).padStart(8, "0")).join(""),
    fork: (label) => createChance(`${seed}/${label}`),
  };
}
