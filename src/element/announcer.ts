/** The seconds left at which the time is said: each whole minute, 30 s and 10 s. Each second could not be understood. */
const marked = (seconds: number) => seconds === 10 || seconds === 30 || (seconds > 0 && seconds % 60 === 0);

/**
 * Whether the time left is to be said now. `before` is what was left at the last look, `undefined` at the first.
 * However many marks were passed in between, it is said once. That it is over is for the ended view to say.
 */
export function isDue(before: number | undefined, seconds: number): boolean {
  if (seconds <= 0) return false;
  if (before === undefined) return true;
  for (let passed = seconds; passed < before; passed++) if (marked(passed)) return true;
  return false;
}
