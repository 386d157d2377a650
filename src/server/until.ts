// A server that tells instants instead of lifetimes has a clock of its own. It is told with every reply (`Date`), but to
// another origin only if the header is exposed: then the clock here has to do.

const ahead = (instant: unknown, headers: Headers) =>
  (typeof instant === "number" ? instant * 1000 : Date.parse(String(instant))) -
  (Date.parse(headers.get("date") ?? "") || Date.now());

/**
 * Ms until an instant of the server: a date, or seconds since the epoch. Never negative; what is no instant is `NaN`, which
 * nobody takes for a lifetime.
 */
export const until = (instant: unknown, headers: Headers): number | undefined =>
  instant == null ? undefined : Math.max(0, ahead(instant, headers));

/** Ms since an instant of the server, likewise. */
export const ago = (instant: unknown, headers: Headers): number | undefined =>
  instant == null ? undefined : Math.max(0, -ahead(instant, headers));
