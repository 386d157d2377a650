/**
 * What grows from one measurement to the next, on the whole: the least of the last third against the least of the first.
 * What is garbage already, and not collected yet, is in neither.
 */
export function growthOf(measured: readonly number[]): number {
  const third = Math.ceil(measured.length / 3);
  return Math.min(...measured.slice(-third)) - Math.min(...measured.slice(0, third));
}
