import type { SessionEvents } from "../../src/shell/events.js";

/** All events of a session but `change`. */
export const EVENTS = [
  "started",
  "warning",
  "extended",
  "refreshed",
  "retrying",
  "recovered",
  "ended",
  "degraded",
  "stepUp",
  "hold",
] as const satisfies readonly (keyof SessionEvents)[];
