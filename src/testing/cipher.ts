import type { CipherPort } from "../platform/platform.js";
import { digest } from "./chance.js";

interface FakeSeal {
  readonly data: string;
  readonly tag: string;
}

/** Not the text, and nothing that it could be found in. */
const scramble = (text: string) => Array.from(text, (c) => (c.charCodeAt(0) ^ 0x2a5).toString(36)).join(".");
const unscramble = (data: string) =>
  data
    .split(".")
    .map((c) => String.fromCharCode(Number.parseInt(c, 36) ^ 0x2a5))
    .join("");

/**
 * Seals that open only with the same key for the same purpose, and keep nothing secret: for a world in which nothing
 * waits for anything real. `later` takes a while, as the browser's cryptography does.
 */
export function createCipher(id: () => string, later: <T>(make: () => T) => Promise<T>): CipherPort {
  const keyOf = (name: string) => ({ fake: digest(`key ${name}`) });
  const tagOf = (key: unknown, data: string, about: string) =>
    digest(`${(key as { fake: string }).fake} ${data} ${about}`);
  return {
    key: (secret = id()) => later(() => keyOf(secret)),
    seal: (key, text, about) =>
      later((): FakeSeal => {
        const data = scramble(text);
        return { data, tag: tagOf(key, data, about) };
      }),
    open: (key, sealed, about) =>
      later(() => {
        const { data, tag } = (sealed ?? {}) as Partial<FakeSeal>;
        return data !== undefined && tag === tagOf(key, data, about) ? unscramble(data) : undefined;
      }),
    pair: () =>
      later(() => {
        const told = digest(`pair ${id()}`);
        return {
          told,
          // Both sides come to the same, whoever tells first.
          agree: (other, about) =>
            later(() => {
              if (typeof other !== "string") throw new Error("That is no key.");
              return keyOf([told, other].sort().join() + about);
            }),
        };
      }),
  };
}
