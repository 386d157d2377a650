import { activity } from "./activity.js";
import { channel } from "./channel.js";
import { hash } from "./hash.js";
import { lifecycle } from "./lifecycle.js";
import { lock } from "./lock.js";
import type { FirstPorts, Platform } from "./platform.js";

/** The rest of the browser, for who acts. */
export function browser(first: FirstPorts): Platform {
  return {
    ...first,
    origin: self.origin,
    activity,
    lifecycle,
    channel,
    lock,
    hash,
    cipher: async () => (await import("./cipher.js")).cipher,
    // Looked up at each call: applications and their tests replace it.
    fetch: (request) => fetch(request),
  };
}
