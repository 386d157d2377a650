const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const unit = (name: "second" | "minute" | "hour", value: number) =>
  new Intl.NumberFormat("en", {
    style: "unit",
    unit: name,
    unitDisplay: "long",
    maximumFractionDigits: 1,
  }).format(value);

/** For sentences: "2 minutes", "45 seconds", "8 hours". */
export function inWords(ms: number): string {
  if (ms >= HOUR) return unit("hour", ms / HOUR);
  return ms >= 90 * SECOND || ms === MINUTE
    ? unit("minute", Math.round(ms / MINUTE))
    : unit("second", Math.ceil(ms / SECOND));
}

/** For countdowns: "1:58", "7:59:08". */
export function asClock(ms: number): string {
  const seconds = Math.ceil(ms / SECOND);
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const secondsFormat = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const shortDayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

/** "14:03" */
export const timeOfDay = (at: number): string => timeFormat.format(at);
/** "14:03:27" */
export const timeWithSeconds = (at: number): string => secondsFormat.format(at);
/** "Thursday 14 May" */
export const longDay = (at: number): string => dayFormat.format(at);

/** "Today", or "Wed 13 May". */
export function dayOf(at: number, now = Date.now()): string {
  return new Date(at).toDateString() === new Date(now).toDateString() ? "Today" : shortDayFormat.format(at);
}

/** For sentences: "at 14:03", "on Wed 13 May at 14:03". */
export const momentOf = (at: number): string =>
  dayOf(at) === "Today" ? `at ${timeOfDay(at)}` : `on ${dayOf(at)} at ${timeOfDay(at)}`;

/** Which shift is on at this time of day. */
export function shiftAt(at: number): string {
  const hour = new Date(at).getHours();
  if (hour >= 6 && hour < 14) return "Early shift";
  return hour >= 14 && hour < 22 ? "Late shift" : "Night shift";
}
