import type { SharedRecord } from "../../src/core/record.js";
import type { SessionState } from "../../src/session-state.js";
import type { FakeUser } from "../../src/testing/server.js";
import type { Tab } from "../../src/testing/tab.js";

/** A call of the session's API, and what became of it. */
export interface Call {
  readonly seat: Seat;
  readonly name: "start" | "signIn" | "token" | "fetch" | "refresh" | "extend" | "logout";
  readonly at: number;
  /** For how long the tab had been running by then: see {@link Seat.ran}. */
  readonly ranBefore: number;
  settledAt: number | undefined;
  value: unknown;
  error: unknown;
}

/** One tab as the outside sees it: what it shows, and what happened to it. Nothing here knows how the session works. */
export interface Seat {
  readonly name: string;
  readonly number: number;
  readonly tab: Tab<FakeUser>;
  state: SessionState<FakeUser>;
  /** Since when it shows that. */
  since: number;
  /** Since when it has shown a live session without a break; `undefined`: it does not. */
  liveSince: number | undefined;
  /** The last live session that it showed: its random prefix, its server's name for it, its user. */
  prefix: string | undefined;
  marker: string | undefined;
  started: boolean;
  /** The part of the session that acts is there, and at work. */
  loaded: boolean;
  destroyed: boolean;
  /** Since when it runs without a break. */
  runningSince: number;
  /** When it last stopped to run: stood still, or was gone. */
  stoppedAt: number;
  /** For how long it has been running before that, in all. */
  ran: number;
  /** Is kept for the way back. */
  cached: boolean;
  /** Was told that it is suspended, and not yet that it is back. */
  suspended: boolean;
  /** When it was last told that it is suspended; when, that it is back. */
  suspendedAt: number;
  cameBackAt: number;
  /** It shows nothing: since when its timers are late, or it stood still with its clock stopped. */
  throttledSince: number | undefined;
  sleptUntil: number;
  /** When it last heard that the network is back. */
  onlineAt: number;
  /** Timers that it set, and calls of the SDK out of its own listeners. */
  timers: number;
  reentries: number;
  readonly holds: (() => void)[];
}

export const isLive = ({ state }: Seat): boolean => state.status === "active" || state.status === "warning";

export const userOf = ({ state }: Seat): string | undefined =>
  state.status === "active" || state.status === "warning" ? state.user?.id : undefined;

/** The facts as the tab itself tells them. */
export const recordOf = (seat: Seat): SharedRecord | undefined => seat.tab.session.inspect().record;

export const runs = ({ tab, destroyed, started, loaded }: Seat): boolean =>
  started && loaded && !destroyed && tab.life === "running";

export const gone = ({ tab, destroyed }: Seat): boolean =>
  destroyed || tab.life === "crashed" || tab.life === "closed";

/** For how long it has been running in all: nothing is owed by a tab that stands still. */
export const ranFor = (seat: Seat, now: number): number =>
  seat.ran + (seat.tab.life === "running" ? now - seat.runningSince : 0);

export function shows({ state }: Seat): string {
  if (state.status === "warning") return `warning ${state.limit}`;
  if (state.status === "ended") return `ended ${state.reason} (${state.origin})`;
  return state.status === "active" ? `active ${state.user?.id ?? "?"}` : state.status;
}
