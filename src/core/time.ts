/**
 * The session clock: one number a tab can trust for security deadlines.
 *
 * `performance.now()` may stop while the machine sleeps, `Date.now()` may be stepped by a user or by NTP.
 * Time that has passed is therefore the larger of the two deltas, and a negative delta is ignored. Both rules
 * are kept by one correction: the session clock is the monotonic clock plus a lead, and the lead only grows,
 * by every forward jump of the wall clock against the monotonic one (a sleep, or a step that cannot be told
 * from one). Jumps below a second are rounding and slew, they wait until they have added up.
 *
 * @see https://www.w3.org/TR/hr-time-3/#sec-monotonic-clock
 */
export interface Lead {
  /** Wall minus monotonic clock when the lead was last corrected. */
  readonly skew: number;
  /** What is added to the monotonic clock. */
  readonly ms: number;
}

const NOISE = 1000;

/** Before the clocks were read: the first reading is a jump from here to the wall clock. */
export const NO_LEAD: Lead = { skew: 0, ms: 0 };

/** Returns the same object while the two clocks agree, so reading the time allocates nothing. */
export function correctLead(lead: Lead, wall: number, mono: number): Lead {
  const jump = wall - mono - lead.skew;
  if (Math.abs(jump) <= NOISE) return lead;
  return { skew: wall - mono, ms: lead.ms + Math.max(jump, 0) };
}

/** One moment, read on both clocks. */
export interface Moment {
  /** The session clock of this tab: every instant in `State` is measured on it. */
  readonly now: number;
  /** The wall clock: every instant in the shared record is a stamp of it. */
  readonly wall: number;
}

/** The instant that does not come. */
export const NEVER = Infinity;
