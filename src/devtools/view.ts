import type { Policy } from "../core/policy.js";
import type { State } from "../core/state.js";
import { NEVER } from "../core/time.js";
import type { Session } from "../session.js";
import { type SessionState, snapshot, UNKNOWN } from "../session-state.js";
import type { Decision, Recording } from "./recording.js";
import { userInWords } from "./redact.js";

/** One moment of a session: now, or one of the past. */
export interface View {
  /** The decision that is looked at; `undefined`: now. */
  readonly past: Decision | undefined;
  /** The decisions up to that moment, the oldest first. */
  readonly decisions: readonly Decision[];
  readonly policy: Policy;
  readonly state: State;
  /** What `getState()` shows, without the user. */
  readonly shown: SessionState<never>;
  /** `undefined` in the past, which does not know. */
  readonly user: string | undefined;
  /** On the clock of the session's instants, and the wall clock's time, which the record's stamps are of. */
  readonly now: number;
  readonly wall: number;
  readonly tab: string;
  readonly storage: string;
}

/** Before a session is started nothing is configured for all that can be seen. */
const NONE: Policy = {
  idleTimeout: NEVER,
  idleWarning: undefined,
  absoluteTimeout: NEVER,
  absoluteWarning: undefined,
  refreshMargin: 0,
  patience: 0,
  canPeek: false,
  canTouch: false,
  canRefresh: false,
};

export function viewOf(session: Session<unknown>, recording: Recording, chosen: number | undefined): View {
  const { decisions, policy = NONE } = recording;
  const index = decisions.findIndex(({ number }) => number === chosen);
  const past = decisions[index];
  const { tab, storage, now } = session.inspect();
  if (past) {
    const { state, input } = past;
    return {
      past,
      decisions: decisions.slice(0, index + 1),
      ...{ policy, state, tab, storage, now: input.now, wall: input.wall },
      shown: snapshot<never>(UNKNOWN, state, policy, undefined, false),
      user: undefined,
    };
  }
  const { state } = recording;
  const { user, ...shown } = { user: undefined as unknown, ...session.getState() };
  const live = shown.status === "active" || shown.status === "warning";
  return {
    ...{ past, decisions, policy, state, tab, storage, now },
    shown: shown as SessionState<never>,
    user: live ? userInWords(user) : undefined,
    // The two clocks differ by what was slept or set; the newest decision saw both.
    wall: now + (decisions.at(-1) ? wallAhead(decisions.at(-1) as Decision) : 0),
  };
}

const wallAhead = ({ input }: Decision) => input.wall - input.now;

/** A tab, for as far as this one has heard of it. */
export interface SeenTab {
  readonly tab: string;
  readonly heardAt: number;
  readonly messages: number;
}

/** The other tabs that have said something, or have put their intent to refresh on record. */
export function tabsSeen({ decisions, tab: own }: View): readonly SeenTab[] {
  const seen = new Map<string, SeenTab>();
  for (const { input } of decisions) {
    const message = input.type === "message";
    const tab = message
      ? input.message.sender
      : input.type === "record"
        ? input.record?.intent?.tab
        : undefined;
    if (!tab || tab === own) continue;
    seen.set(tab, { tab, heardAt: input.now, messages: (seen.get(tab)?.messages ?? 0) + (message ? 1 : 0) });
  }
  return [...seen.values()].sort((a, b) => b.heardAt - a.heardAt);
}
