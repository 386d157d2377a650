import { inWords } from "./time.js";

/** Heard when it opens, at each whole minute, at 30 s and at 10 s: a countdown that is read out each second cannot be understood. */
const isMark = (seconds: number) => seconds === 10 || seconds === 30 || (seconds > 0 && seconds % 60 === 0);

/**
 * What a screen reader is to hear now that `seconds` are left. `before` is what was left at the last look, or
 * `undefined` at the first. Whatever was passed in between, the words are about now.
 */
export function announcement(before: number | undefined, seconds: number): string | undefined {
  if (seconds <= 0) return undefined;
  if (before === undefined) return `You will be signed out in ${inWords(seconds * 1000)}.`;
  for (let passed = seconds; passed < before; passed += 1) {
    if (isMark(passed)) return `${inWords(seconds * 1000)} left.`;
  }
  return undefined;
}
