import { createHmac } from "node:crypto";
import type { Clock } from "./clock.js";

export interface AuditEvent {
  readonly event: "started" | "reauthenticated" | "rotated" | "replayed" | "reuse" | "ended";
  /** The session's key in the store. Never written as it is. */
  readonly session: string;
  readonly userId: string;
  readonly reason?: string;
}

export type Audit = (event: AuditEvent) => void;

export const noAudit: Audit = () => {};

/**
 * One JSON line per step in a session's life. The salted hash lets the lines of one session be found together,
 * and is of no use to whoever steals the log.
 * https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#logging-sessions-life-cycle-monitoring-creation-usage-and-destruction-of-session-ids
 */
export function auditTo(write: (line: string) => void, salt: Buffer, clock: Clock): Audit {
  return ({ session, ...event }) => {
    const hash = createHmac("sha256", salt).update(session).digest("hex").slice(0, 16);
    write(`${JSON.stringify({ time: new Date(clock.now()).toISOString(), ...event, session: hash })}\n`);
  };
}
