import { isReason } from "./record.js";
import type { EndReason } from "./state.js";

/**
 * What tabs say to one another. A message carries nothing secret and only ever makes a tab look at the record;
 * an end may be acted on at once, because acting on a wrong one costs a sign-in and not acting costs a session.
 */
export interface Message {
  readonly v: 1;
  readonly type: "changed" | "ended";
  readonly epoch: number;
  readonly sequence: number;
  readonly sender: string;
  readonly reason?: EndReason;
}

/** Strict: an unknown version, type or shape is no message. */
export function parseMessage(data: unknown): Message | undefined {
  const m = data as Message | null | undefined;
  return typeof m === "object" &&
    m &&
    m.v === 1 &&
    (m.type === "changed" || (m.type === "ended" && isReason(m.reason))) &&
    Number.isSafeInteger(m.epoch) &&
    Number.isSafeInteger(m.sequence) &&
    typeof m.sender === "string"
    ? m
    : undefined;
}
