import type { Chance, Span } from "./chance.js";
import type { Gate } from "./gate.js";
import type { Timeline } from "./timeline.js";

/** How long what has no port of its own takes, such as a hash, in ms. */
const MOMENT: Span = [0, 1];

/** Makes something after a moment, where it was asked for. */
export const createLater =
  (timeline: Timeline, chance: Chance, gate: Gate) =>
  <T>(make: () => T) =>
    new Promise<T>((resolve, reject) => {
      timeline.after(chance.within(MOMENT), () =>
        gate.enter(() => {
          try {
            resolve(make());
          } catch (error) {
            reject(error);
          }
        }),
      );
    });
