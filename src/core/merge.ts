import { newest, type SharedRecord } from "./record.js";

/**
 * Two replicas of the record, where there is no storage to decide: the one that is further on; of equals the one
 * just heard, with the newest activity of either.
 */
export function merge(heard: SharedRecord, own: SharedRecord | undefined): SharedRecord {
  if (!own || newest(heard, own) === own) return own ?? heard;
  if (own.epoch !== heard.epoch || own.sequence !== heard.sequence) return heard;
  // Another session that happens to have the same numbers.
  if (own.prefix !== heard.prefix) return own;
  if (!own.live) return own;
  return {
    ...heard,
    absoluteAt: Math.min(heard.absoluteAt, own.absoluteAt),
    activityAt: Math.max(heard.activityAt, own.activityAt),
    touchedAt: Math.max(heard.touchedAt, own.touchedAt),
  };
}
