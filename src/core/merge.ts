import { after, type SharedRecord } from "./record.js";

const attempts = ({ intent }: SharedRecord) => intent?.attempt ?? 0;

/**
 * Two replicas of the record, where there is no storage to decide, or where it has lost something: the one that is
 * further on; of equals the one just heard; with the newest activity and touch of either. A refresh of a tab that had
 * not heard of it yet does not undo that the user was active, or has authenticated.
 */
export function merge(heard: SharedRecord, own: SharedRecord | undefined, wall: number): SharedRecord {
  const merged = further(heard, own);
  const other = merged === own ? heard : own;
  if (!merged.live || other?.epoch !== merged.epoch || other.prefix !== merged.prefix) return merged;
  const { authAt, acr } = other;
  // A stamp ahead of the clock is from before the clock was set back, and older than one that is not.
  const ahead = (stamp: number) => stamp > wall + 1000;
  const newer = (a: number, b: number) => (ahead(a) === ahead(b) ? Math.max(a, b) : Math.min(a, b));
  return {
    ...merged,
    activityAt: newer(merged.activityAt, other.activityAt),
    // A touch that failed has given its claim back.
    touchedAt: merged.failures > other.failures ? merged.touchedAt : newer(merged.touchedAt, other.touchedAt),
    ...((authAt ?? 0) > (merged.authAt ?? 0) && { authAt, acr }),
  };
}

function further(heard: SharedRecord, own: SharedRecord | undefined): SharedRecord {
  if (!own || after(heard, own)) return heard;
  if (after(own, heard)) return own;
  // Another session that happens to have the same numbers; or the same, found by two tabs before they met: then all
  // settle on one name for it, that of a refresh under way first, for idempotency keys begin with the name.
  if (own.prefix !== heard.prefix) {
    const same = own.live && heard.live && own.subject === heard.subject && own.marker === heard.marker;
    const further = attempts(heard) - attempts(own) || (heard.prefix < own.prefix ? 1 : 0);
    return same && own.marker && further > 0 ? heard : own;
  }
  if (!own.live) return own;
  return {
    ...heard,
    absoluteAt: Math.min(heard.absoluteAt, own.absoluteAt),
    // Who found the session was told what was left of the limit, and whoever signed in, the limit.
    absoluteTimeout: Math.max(heard.absoluteTimeout, own.absoluteTimeout),
    absoluteTold: Math.max(heard.absoluteTold, own.absoluteTold),
  };
}
