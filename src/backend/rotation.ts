import { type Dead, type LiveSession, live, look } from "./found.js";
import { looksLikeSecret } from "./ids.js";
import type { Limits } from "./limits.js";
import type { SessionRecord } from "./record.js";
import type { GrantState, RefreshTokens } from "./refresh-token.js";
import type { Decision } from "./store/store.js";

/** What came with a refresh. The key is the `Idempotency-Key`; without one there is no grace. */
export interface Presented {
  /** The tokens that came for the session of that epoch. */
  readonly tokens: (epoch: number) => readonly string[];
  /** The session that is meant; `undefined`: whichever the id names. */
  readonly epoch: string | number | undefined;
  readonly key: string | undefined;
  /** The thumbprint of the key that the sender has shown. */
  readonly jkt?: string | undefined;
}

export type Rotated =
  | {
      readonly outcome: "rotated" | "replayed";
      readonly session: LiveSession;
      readonly refreshToken: string;
      readonly generation: number;
    }
  /** An attempt at an earlier rotation that comes only now: nothing is given, and nothing revoked. */
  | { readonly outcome: "late" }
  /** An old token came back: either it or its successor was stolen, so the whole family dies (RFC 9700, 4.14.2). */
  | { readonly outcome: "reuse"; readonly userId: string }
  /** Another session is meant than the one that the id names. */
  | { readonly outcome: "other" }
  | { readonly outcome: "refused"; readonly reason: Dead["reason"] };

interface Surroundings {
  readonly tokens: RefreshTokens;
  readonly limits: Limits;
  readonly now: number;
}

/** What becomes of a session when a refresh comes: pure, so that a store can decide as often as it must. */
export function rotation(
  id: string,
  record: SessionRecord | undefined,
  { tokens: tokensOf, epoch, key, jkt }: Presented,
  { tokens, limits, now }: Surroundings,
): Decision<SessionRecord, Rotated> {
  const found = look(record, limits, now);
  if (!found.alive) return { result: { outcome: "refused", reason: found.reason } };
  if (epoch !== undefined && String(epoch) !== String(found.session.epoch))
    return { result: { outcome: "other" } };
  // A thief without the key: nothing is rotated, and nothing revoked.
  if (found.session.jkt !== jkt) return { result: { outcome: "refused", reason: "none" } };
  const presented = tokensOf(found.session.epoch).filter(looksLikeSecret);
  if (!record || presented.length === 0) return { result: { outcome: "refused", reason: "none" } };

  const rotated = (outcome: "rotated" | "replayed", session: LiveSession, grant: GrantState): Rotated => ({
    outcome,
    session,
    refreshToken: tokens.tokenOf(id, grant),
    generation: grant.generation,
  });
  switch (tokens.judge(record.grant, presented, key, now)) {
    case "replay":
      return { result: rotated("replayed", found.session, record.grant) };
    case "late":
      return { result: { outcome: "late" } };
    case "rotate": {
      const grant = tokens.next(id, record.grant, key, now);
      const put = { ...record, accessAt: now, grant };
      return { put, result: rotated("rotated", live(put, limits, now), grant) };
    }
    case "reuse": {
      const put: SessionRecord = { ...record, end: { reason: "revoked", at: now } };
      return { put, result: { outcome: "reuse", userId: record.userId } };
    }
  }
}
