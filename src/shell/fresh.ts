import { type Demand, meets, NONE, placed } from "../core/fresh.js";
import { isLive } from "../core/state.js";
import { NEVER } from "../core/time.js";
import { SessionError } from "../errors.js";
import { type Duration, milliseconds, refuse } from "../options.js";
import type { ShellContext } from "./context.js";

/** What `session.requireFresh()` asks for: one of the two, or both. */
export interface FreshOptions {
  /** How long ago the user may have authenticated. @default any time */
  readonly maxAge?: Duration | undefined;
  /** The classes of authentication that will do, as the server calls them (`acr`). @default any */
  readonly acr?: string | readonly string[] | undefined;
  /** Gives up waiting: the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a `stepUp` event carries: what is asked of the user, and the way back to who asks. */
export interface StepUp {
  /** The classes of authentication that will do, separated by spaces (RFC 9470). `undefined`: any. */
  readonly acrValues?: string | undefined;
  /** How long ago the user may have authenticated, in ms. `undefined`: it does not matter. */
  readonly maxAge?: number | undefined;
  /**
   * Resolves when nobody waits for it any more. `true`: the user has authenticated as asked, in whatever tab. `false`: it
   * was called off, or the session has ended. Never rejects.
   */
  readonly done: Promise<boolean>;
  /** The user does not want to: whoever waits is told so. */
  cancel(): void;
}

/** Who waits until the user has authenticated again. */
export interface Freshness {
  require(options?: FreshOptions): Promise<void>;
  /**
   * A server wants more. `wait`: resolves with whether the user has authenticated anew, and rejects where the session ends;
   * else `false`, at once.
   */
  stepUp(demand: Demand, wait: boolean, signal: AbortSignal | undefined): Promise<boolean>;
  /** Something may have changed. */
  look(): void;
  /** Nobody needs to wait any more. */
  stop(): void;
}

interface Asked extends StepUp {
  readonly demand: Demand;
  waiting: number;
  end(met: boolean): void;
}

function read(options: FreshOptions): Demand {
  const { maxAge, acr, signal } = options ?? {};
  for (const name in options)
    if (!["maxAge", "acr", "signal"].includes(name))
      refuse(name, "is not an option. Known: maxAge, acr, signal.");
  const classes = acr === undefined ? [] : [acr].flat();
  if (maxAge === undefined && acr === undefined) refuse("maxAge", "or acr is needed.");
  // They travel in a list that is separated by spaces.
  if (classes.some((it) => typeof it !== "string" || !/^\S+$/.test(it)) || (acr && !classes.length))
    refuse("acr", "must be the name of a class, or several.");
  if (signal !== undefined && typeof signal?.addEventListener !== "function")
    refuse("signal", "must be an AbortSignal.");
  return { maxAge: maxAge === undefined ? NEVER : milliseconds(maxAge, "maxAge"), acr: classes };
}

/**
 * Recent authentications (RFC 9470). The record says when the last one was; the `stepUp` event asks for the next; any
 * tab's answer is all tabs' answer, for it comes by the record.
 */
export function createFreshness<User>(
  { kernel, announce, changed }: Pick<ShellContext<User>, "kernel" | "announce" | "changed">,
  session: { settled(): Promise<void>; gone(): SessionError },
): Freshness {
  /** By what was asked: whoever asks for the same waits for the same. */
  const asked = new Map<string, Asked>();
  let stopped = false;
  const live = () => isLive(kernel.state());
  let last = NONE;
  const see = () => {
    last = placed(last, kernel.state().record, kernel.moment());
  };
  function met(demand: Demand): boolean {
    see();
    return meets(last, kernel.state().record?.acr, demand, kernel.moment().now);
  }

  function ask(demand: Demand): Asked {
    const key = JSON.stringify(demand);
    const known = asked.get(key);
    if (known) return known;
    let resolve = (_met: boolean) => {};
    const { maxAge, acr } = demand;
    const it: Asked = {
      demand,
      waiting: 0,
      acrValues: acr.join(" ") || undefined,
      maxAge: maxAge < NEVER ? maxAge : undefined,
      done: new Promise((it) => {
        resolve = it;
      }),
      cancel: () => it.end(false),
      end(met) {
        if (asked.get(key) === it) asked.delete(key);
        resolve(met);
      },
    };
    asked.set(key, it);
    return it;
  }

  /** Unless somebody waits already: then the application has been asked, and is asking the user. */
  function tell({ waiting, acrValues, maxAge, done, cancel }: Asked) {
    if (waiting) return;
    announce("stepUp", { acrValues, maxAge, done, cancel });
    changed();
  }

  async function wait(demand: Demand, signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted) throw signal.reason;
    if (met(demand)) return true;
    const it = ask(demand);
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal?.reason);
    });
    signal?.addEventListener("abort", abort);
    tell(it);
    it.waiting++;
    try {
      const done = await Promise.race([it.done, aborted]);
      if (!done && (stopped || !live())) throw session.gone();
      return done;
    } finally {
      signal?.removeEventListener("abort", abort);
      if (!--it.waiting) it.end(false);
    }
  }

  return {
    async require(options = {}) {
      const demand = read(options);
      await session.settled();
      if (!(await wait(demand, options.signal)))
        throw new SessionError("ERR_NOT_FRESH", "The user has not authenticated again.");
    },
    async stepUp(demand, waits, signal) {
      if (waits) return wait(demand, signal);
      if (!met(demand)) tell(ask(demand));
      return false;
    },
    look() {
      see();
      for (const it of asked.values()) if (!live() || met(it.demand)) it.end(live());
    },
    stop() {
      stopped = true;
      for (const it of asked.values()) it.end(false);
    },
  };
}
