import { cipher } from "../platform/cipher.js";
import { clock } from "../platform/clock.js";
import { hash } from "../platform/hash.js";
import type { CipherPort, Platform } from "../platform/platform.js";
import { random } from "../platform/random.js";

/** Everything that a worker with tokens needs from its surroundings. The other implementation is in src/testing. */
export interface WorkerPlatform
  extends Pick<Platform, "clock" | "random" | "hash" | "base" | "origin" | "fetch"> {
  readonly cipher: CipherPort | undefined;
  /** `undefined` where workers cannot reach one another. */
  readonly channel: Platform["channel"] | undefined;
}

export const browser = (): WorkerPlatform => ({
  clock: clock(),
  random,
  hash,
  cipher,
  base: () => self.origin,
  origin: globalThis.origin,
  fetch: (request) => fetch(request),
  channel:
    typeof BroadcastChannel === "function"
      ? (name, receive) => {
          const channel = new BroadcastChannel(name);
          channel.onmessage = ({ data }) => receive(data);
          return { post: (data) => channel.postMessage(data), close: () => channel.close() };
        }
      : undefined,
});
