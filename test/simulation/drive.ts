import { turn } from "../../src/testing/turn.js";
import { loadParts } from "../../src/testing/world.js";
import type { World } from "./run.js";

type Course<T> = Generator<World, T>;

/**
 * What Node does after each callback: runs the promises that wait for nothing, and reports those that nobody handles.
 * A turn of the event loop does the same and costs two to ten times as much.
 */
const tick = (process as unknown as { _tickCallback: () => void })._tickCallback;

/**
 * Drives a course without ever giving the event loop a turn. Only where nothing in it needs one: with the light
 * stand-ins of light.ts, and not from inside a promise.
 */
export function driveAtOnce<T>(course: Course<T>): T {
  for (;;) {
    const { done, value } = course.next();
    if (done) return value;
    tick();
  }
}

/** Drives a course by turns of the event loop, with everything that Node has. */
export async function driveByTurns<T>(course: Course<T>): Promise<T> {
  for (;;) {
    const { done, value } = course.next();
    if (done) return value;
    await loadParts();
    do await turn();
    while (value.busy());
  }
}
