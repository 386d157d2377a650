/** The floor: a listener that does nothing, for each of the two events that a movement is. */
export default function start(): void {
  for (const type of ["pointermove", "mousemove"]) addEventListener(type, () => {}, { passive: true });
}
