import type { Limits } from "./limits.js";
import type { HandoverSession } from "./session.js";

/** A deadline and how near it is. */
export interface Gauge {
  readonly name: string;
  /** Ms left; `undefined` where there is none. */
  readonly left: number | undefined;
  /** What is left, from 0 to 1. */
  readonly share: number;
  /** From where on something is done about it, from 0 to 1. */
  readonly mark: number;
}

/** The three deadlines of a session, from what it says of itself. */
export function gaugesOf(session: HandoverSession, limits: Limits): readonly Gauge[] {
  const { status } = session.getState();
  const live = status === "active" || status === "warning";
  const { now, accessExpiresAt, refreshAt } = session.inspect();
  const gauge = (name: string, left: number, whole: number, mark: number): Gauge => {
    const finite = live && Number.isFinite(left);
    const share = (ms: number) => Math.min(1, Math.max(0, ms / whole));
    return {
      name,
      left: finite ? Math.max(0, left) : undefined,
      share: finite ? share(left) : 0,
      mark: Number.isFinite(mark) ? share(mark) : 0,
    };
  };
  return [
    gauge("Idle limit", session.timeLeft("idle"), limits.idleTimeout, limits.idleWarning),
    gauge("Absolute limit", session.timeLeft("absolute"), limits.absoluteTimeout, limits.absoluteWarning),
    gauge("Access", accessExpiresAt - now, limits.accessLifetime, accessExpiresAt - refreshAt),
  ];
}
