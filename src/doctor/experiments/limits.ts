import { NotRun } from "../errors.js";
import type { Lab } from "../lab.js";

/** A limit may be enforced a little late, and clocks differ. */
const MARGIN = 2_000;

function inWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Number((ms / 3_600_000).toFixed(1))} h`;
}

/** How long a limit is, if it can be waited for. */
export function limitOf(lab: Lab, name: "idle" | "absolute", told: number | undefined): number {
  const { wait, [name]: given } = lab.target;
  const limit = told !== undefined && Number.isFinite(told) ? told : given;
  if (limit === undefined)
    throw new NotRun(`the server does not tell its ${name} limit, and nobody else has (--${name} 15m)`);
  if (limit + MARGIN > wait)
    throw new NotRun(
      wait === 0
        ? `it takes ${inWords(limit)}: --wait ${Math.ceil((limit + MARGIN) / 60_000)}m waits for it`
        : `it takes ${inWords(limit)}, longer than --wait`,
    );
  return limit;
}

/** Waits until a limit is over, and has something done on the way, at least so often. */
export async function waitFor(
  lab: Lab,
  name: string,
  limit: number,
  every: number,
  now: () => Promise<void>,
): Promise<void> {
  const { world } = lab.target;
  const started = world.now();
  const past = () => world.now() - started;
  const steps = Math.max(8, Math.ceil(limit / every));
  for (let step = 1; step <= steps; step += 1) {
    world.progress(`Waiting for the ${name} limit: ${inWords(past())} of ${inWords(limit)}`);
    // The last time is a little before the limit.
    await world.sleep(Math.max(0, (limit * (step - 0.25)) / steps - past()));
    await now();
  }
  await world.sleep(Math.max(0, limit + MARGIN - past()));
}
