import type { Asked, Client } from "../client.js";
import { NotRun } from "../errors.js";
import type { Lab } from "../lab.js";

/** Between two looks. Servers tell whole seconds: over two of these a move shows in spite of the rounding. */
const GAP = 2_500;

/** Whole seconds are wrong by up to one, over two looks. The rest is for clocks, and less than a move leaves of a `GAP`. */
const TOLERANCE = 1_250;

/** How much time the server took off a limit meanwhile, as a share of the time that went by: 1 or more where nothing moved it. */
export interface Slides {
  /** The idle limit of a session that was peeked at. */
  readonly peeked: number | undefined;
  /** The refresh came to nothing: what one moves was not seen. */
  readonly unrefreshed: boolean;
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
export const MOVED = 1;

/** What the server told, some time between the request and the end of the reply. */
interface Look extends Pick<NonNullable<Asked["told"]>, "idle" | "absolute"> {
  readonly asked: number;
  readonly answered: number;
}

function share(name: "idle" | "absolute", before: Look, after: Look): number | undefined {
  const [from, to] = [before[name], after[name]];
  if (from === undefined || to === undefined || !Number.isFinite(from)) return undefined;
  // At least so much went by for the server, however slow its replies are.
  return (from - to + TOLERANCE) / (after.asked - before.answered);
}

/** Watches what the server tells of its limits while two sessions are used in different ways. */
export async function watchLimits(lab: Lab): Promise<Slides> {
  lab.needs("peek");
  const { convention, world } = lab.target;
  const [still, busy] = [await lab.session(), await lab.session()];
  const look = async (client: Client): Promise<Look> => {
    const asked = world.now();
    const { told, problem } = await client.ask("peek");
    if (!told) throw new NotRun(`the session could not be read: ${problem ?? "nobody is signed in"}`);
    return { idle: told.idle, absolute: told.absolute, asked, answered: world.now() };
  };
  const [a0, b0] = [await look(still), await look(busy)];
  if (a0.idle === undefined && a0.absolute === undefined)
    throw new NotRun("the server does not tell how long a session lasts");
  if (Math.max(a0.idle ?? 0, a0.absolute ?? 0) > LONGEST)
    throw new NotRun("what the server tells is no lifetime: see reply-shape");
  world.progress(`Watching the limits for ${(2 * GAP) / 1000} s`);
  await world.sleep(GAP);
  await look(still);
  const unrefreshed = convention.refresh !== undefined && (await busy.ask("refresh")).outcome !== "told";
  await world.sleep(GAP);
  const [a1, b1] = [await look(still), await look(busy)];
  const touched = convention.touch && (await busy.ask("touch")).told && (await look(busy));
  return {
    peeked: share("idle", a0, a1),
    unrefreshed,
    refreshed: convention.refresh && share("idle", b0, b1),
    absoluteRefreshed: share("absolute", b0, b1),
    absoluteTouched: touched && share("absolute", b0, touched),
    touched: touched && share("idle", b0, touched),
  };
}
