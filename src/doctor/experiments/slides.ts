import type { Asked, Client } from "../client.js";
import { NotRun } from "../errors.js";
import type { Lab } from "../lab.js";

/** Between two looks. Servers tell whole seconds: over two of these a move shows in spite of the rounding. */
const GAP = 2_500;

/** How much time the server took off a limit meanwhile, as a share of the time that went by: 1 where nothing moved it. */
export interface Slides {
  /** The idle limit of a session that was peeked at. */
  readonly peeked: number | undefined;
  /** The idle limit of a session that was refreshed. */
  readonly refreshed: number | undefined;
  /** The absolute limit of one that was refreshed, and of one that was touched after that. */
  readonly absoluteRefreshed: number | undefined;
  readonly absoluteTouched: number | undefined;
  /** The idle limit after a touch. */
  readonly touched: number | undefined;
}

/** No session is meant to last longer: somebody told a time of day. */
export const LONGEST = 400 * 86_400_000;

/** Less than this was taken off: something moved the limit. */
export const MOVED = 0.75;

/** Watches what the server tells of its limits while two sessions are used in different ways. */
export async function watchLimits(lab: Lab): Promise<Slides> {
  lab.needs("peek");
  const { convention, world } = lab.target;
  const [still, busy] = [await lab.session(), await lab.session()];
  const look = async (client: Client): Promise<NonNullable<Asked["told"]>> => {
    const { told, problem } = await client.ask("peek");
    if (!told) throw new NotRun(`the session could not be read: ${problem ?? "nobody is signed in"}`);
    return told;
  };
  const started = world.now();
  const [a0, b0] = [await look(still), await look(busy)];
  if (a0.idle === undefined && a0.absolute === undefined)
    throw new NotRun("the server does not tell how long a session lasts");
  if (Math.max(a0.idle ?? 0, a0.absolute ?? 0) > LONGEST)
    throw new NotRun("what the server tells is no lifetime: see reply-shape");
  world.progress(`Watching the limits for ${(2 * GAP) / 1000} s`);
  await world.sleep(GAP);
  await look(still);
  if (convention.refresh) await busy.ask("refresh");
  await world.sleep(GAP);
  const [a1, b1] = [await look(still), await look(busy)];
  const elapsed = world.now() - started;
  const share = (before: number | undefined, after: number | undefined) =>
    before === undefined || after === undefined || !Number.isFinite(before)
      ? undefined
      : (before - after) / elapsed;
  const touched = convention.touch && (await busy.ask("touch")).told && (await look(busy));
  return {
    peeked: share(a0.idle, a1.idle),
    refreshed: convention.refresh && share(b0.idle, b1.idle),
    absoluteRefreshed: share(b0.absolute, b1.absolute),
    absoluteTouched: touched && share(b0.absolute, touched.absolute),
    touched: touched && share(b0.idle, touched.idle),
  };
}
