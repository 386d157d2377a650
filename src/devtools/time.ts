import { NEVER } from "../core/time.js";

/** `14:03:27.5`, in the time zone of whoever looks. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const seconds = `${two(date.getSeconds())}.${Math.floor(date.getMilliseconds() / 100)}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** `2 h 5 min`, `59 s`: the largest units. Remaining time is rounded up, as countdowns are. */
export function lasting(ms: number, most = 2): string {
  if (ms === NEVER) return "never";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  let left = Math.ceil(ms / 1000) * 1000;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count) parts.push(`${count} ${unit}`);
    left -= count * size;
    if (parts.length && (parts.length === most || !count)) break;
  }
  return parts.join(" ");
}

/** `in 5 min 2 s`, `3 s ago`. */
export function relative(at: number, now: number, parts = 2): string {
  const ms = at - now;
  if (Math.abs(ms) < 1000) return "now";
  return ms > 0 ? `in ${lasting(ms, parts)}` : `${lasting(-ms, parts)} ago`;
}
