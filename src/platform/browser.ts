import { activity } from "./activity.js";
import { channel } from "./channel.js";
import { clock } from "./clock.js";
import { lifecycle } from "./lifecycle.js";
import { lock } from "./lock.js";
import type { Platform } from "./platform.js";
import { random } from "./random.js";
import { record } from "./record.js";

/** The browser, or `undefined` where there is none (server-side rendering). */
export function browser(): Platform | undefined {
  if (typeof window === "undefined" || typeof document === "undefined") return undefined;
  return {
    clock,
    activity,
    lifecycle,
    channel,
    lock,
    record,
    random,
    // Looked up at each call: applications and their tests replace it.
    fetch: (request) => fetch(request),
    base: location.href,
  };
}
