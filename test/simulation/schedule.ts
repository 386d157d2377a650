import { type Chance, createChance } from "../../src/testing/chance.js";
import { type FaultRates, mixOf } from "./faults.js";

/** What the world of one schedule is like. Durations are ms. */
export interface Setting {
  /** `bff`: cookies and all four verbs. `refresh`: cookies and one endpoint. `oauth2`: tokens. */
  readonly server: "bff" | "refresh" | "oauth2";
  /** Where the tokens are kept. */
  readonly tokens: "none" | "memory" | "sealed" | "shared-worker" | "dedicated-worker";
  /** `missing`: an insecure context, without `crypto.subtle`. */
  readonly crypto: "there" | "missing";
  readonly idle: number;
  readonly absolute: number;
  readonly access: number;
  /** For how long the server remembers a rotation. 0: a lost reply costs the session. */
  readonly grace: number;
  /** The application's own limits, `undefined`: what the server says. */
  readonly ownIdle: number | undefined;
  readonly ownAbsolute: number | undefined;
  readonly requestTimeout: number;
  readonly storage: "indexeddb" | "memory";
  readonly locks: "there" | "missing" | "refused";
  readonly channel: "there" | "missing";
  readonly clockStopsInSleep: boolean;
  /** Listeners and hooks call the session again. */
  readonly reentrant: boolean;
  /** The part of a session that acts takes up to so long to load, and may not load at all, once. 0: it is there. */
  readonly loading: number;
}

/** Another origin, which must never get a token. A page may ask for it all the same. */
export const ELSEWHERE = "https://elsewhere.test";

export const inWorker = ({ tokens }: Setting): boolean =>
  tokens === "shared-worker" || tokens === "dedicated-worker";

/** What every schedule is to have, whatever chance would give it. */
export type Wanted = Partial<Pick<Setting, "server" | "tokens">> & { readonly loading?: boolean };

/** One thing that happens. It comes after `wait` ms, or after so many `events` of the world, whatever is first. */
export interface Action {
  readonly wait: number;
  readonly events?: number;
  /** The number of the tab it happens to; 0: to the machine. */
  readonly tab: number;
  readonly what: ActionName;
  /** A user, a duration, a kind: what the action needs. */
  readonly with?: string | number;
}

/** A course of events: all of it follows from the seed. */
export interface Schedule {
  readonly seed: number;
  readonly setting: Setting;
  readonly rates: FaultRates;
  readonly actions: readonly Action[];
}

/** What users and callers do. */
const USE = {
  act: 14,
  fetch: 8,
  token: 4,
  refresh: 6,
  extend: 5,
  signIn: 3,
  signOut: 2,
  start: 3,
  hold: 1,
  release: 1,
  hide: 3,
  show: 3,
  focus: 2,
  open: 2,
  duplicate: 1,
  reload: 2,
  close: 1,
} as const;

/** What happens to tabs and machines. Each of these families is in a schedule or is not. */
const TROUBLE = {
  crash: ["crash"],
  destroy: ["destroy"],
  freeze: ["freeze", "resume"],
  standstill: ["freezeSilently", "resume"],
  bfcache: ["bfcache", "restore"],
  throttle: ["throttle", "unthrottle"],
  sleep: ["sleep"],
  clock: ["stepClock"],
  tabClock: ["stepTabClock"],
  offline: ["offline", "online"],
  cleared: ["clearDisk"],
  badRecord: ["badRecord"],
  forgedRecord: ["forgedRecord"],
  nonsense: ["nonsense"],
  strangers: ["otherVersion"],
  forgedEnd: ["forgedEnd"],
  revoked: ["revoke"],
  replayed: ["replay"],
  // Last: what is drawn before does not depend on it.
  forgedNews: ["forgedNews"],
} as const;

type TroubleFamily = keyof typeof TROUBLE;
/** What can only happen to tokens. */
const TOKEN_TROUBLE: ReadonlySet<TroubleFamily> = new Set(["replayed"]);
export type ActionName = keyof typeof USE | (typeof TROUBLE)[TroubleFamily][number] | "slow";

export const TROUBLE_ACTIONS: readonly ActionName[] = [...new Set(Object.values(TROUBLE).flat())];

const BACK: ReadonlySet<ActionName> = new Set(["sleep", "resume", "restore", "show"]);

const SECOND = 1000;
const MINUTE = 60_000;
const MOST_TABS = 8;

/** From a chance of their own: nothing else in a schedule depends on them. */
function custodyOf(chance: Chance, server: Setting["server"], wanted: Wanted["tokens"]) {
  if (server !== "oauth2") return { tokens: "none", crypto: "there" } as const;
  const tokens = chance.pick(["memory", "sealed", "shared-worker", "dedicated-worker"] as const);
  const crypto = chance.happens(0.12) ? "missing" : "there";
  return { tokens: wanted ?? tokens, crypto } as const;
}

/** The same. */
function loadingOf(chance: Chance, wanted = false): number {
  return wanted ? chance.pick([20, 200, 3 * SECOND, 12 * SECOND]) : 0;
}

function settingOf(chance: Chance): Omit<Setting, "tokens" | "crypto" | "loading"> {
  const oneOf = <T>(...items: [T, ...T[]]) => chance.pick(items);
  const server = oneOf("bff", "bff", "bff", "bff", "bff", "refresh", "oauth2");
  const idle = oneOf(40 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE);
  const absolute = oneOf(3 * MINUTE, 10 * MINUTE, 60 * MINUTE, 480 * MINUTE, 480 * MINUTE);
  return {
    server,
    idle,
    absolute,
    access: oneOf(12 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 60 * MINUTE),
    grace: oneOf(MINUTE, MINUTE, MINUTE, 10 * MINUTE, 0),
    ownIdle: chance.happens(0.25) ? oneOf(30 * SECOND, 50 * SECOND, 3 * MINUTE) : undefined,
    ownAbsolute: chance.happens(0.15) ? oneOf(2 * MINUTE, 8 * MINUTE) : undefined,
    requestTimeout: oneOf(2 * SECOND, 10 * SECOND, 10 * SECOND),
    storage: chance.happens(0.12) ? "memory" : "indexeddb",
    locks: chance.happens(0.12) ? oneOf("missing", "refused") : "there",
    channel: chance.happens(0.05) ? "missing" : "there",
    clockStopsInSleep: chance.happens(0.6),
    reentrant: chance.happens(0.3),
  };
}

const DAY = 86_400_000;

/** The tabs that a schedule may speak of, as far as it can be known before. */
interface Cast {
  opened: number;
  readonly living: Set<number>;
  readonly still: Set<number>;
}

function detail(what: ActionName, setting: Setting, chance: Chance): string | number | undefined {
  switch (what) {
    case "signIn":
      return chance.pick(["ada", "ada", "ada", "ben"]);
    case "hold":
      return Math.round(chance.within([5 * SECOND, setting.idle * 2]));
    case "throttle":
      return chance.pick([SECOND, MINUTE]);
    case "sleep":
      return Math.round(
        chance.pick([
          chance.within([SECOND, 20 * SECOND]),
          chance.within([20 * SECOND, setting.idle]),
          chance.within([setting.idle, setting.idle * 3]),
        ]),
      );
    case "stepClock":
    case "stepTabClock":
      return (
        chance.pick([-1, 1]) *
        chance.pick([SECOND, 1500, 5 * SECOND, 30 * SECOND, 5 * MINUTE, 60 * MINUTE, DAY])
      );
    case "badRecord":
      return chance.pick(["null", "text", "array", "otherVersion", "negative", "noEnd", "longPrefix"]);
    case "forgedRecord":
      return chance.pick(["ended", "older", "farEpoch"]);
    case "nonsense":
      return chance.pick(["null", "number", "emptyObject", "noEpoch", "badReason", "unknownType", "facts"]);
    case "forgedEnd":
      return chance.pick(["next", "older", "far"]);
    case "forgedNews":
      return chance.pick(["refreshed", "next", "far", "facts"]);
    case "replay":
      return chance.pick(["again", "next", "now", "soon", "lurk"]);
    default:
      return undefined;
  }
}

function actionsOf(setting: Setting, families: ReadonlySet<TroubleFamily>, chance: Chance): Action[] {
  const menu = Object.entries(USE) as [ActionName, number][];
  for (const family of families) for (const what of TROUBLE[family]) menu.push([what, 3]);
  const total = menu.reduce((sum, [, weight]) => sum + weight, 0);
  const draw = () => {
    let left = chance.number() * total;
    for (const [what, weight] of menu) {
      left -= weight;
      if (left < 0) return what;
    }
    return "act";
  };
  const tabs = chance.pick([1, 2, 2, 2, 2, 3, 3, 4, 5]);
  const cast: Cast = { opened: 0, living: new Set(), still: new Set() };
  const actions: Action[] = [];
  const add = (action: Action) => actions.push(action);
  const open = (wait: number, what: ActionName = "open", tab = 0) => {
    cast.opened++;
    cast.living.add(cast.opened);
    add({ wait, tab, what });
  };

  /** The storage is cleared, and who signs in within the second comes to the same numbers. */
  const again = (own: Chance) => {
    add({ wait: Math.round(own.within([0, 300])), tab: 1, what: "clearDisk" });
    open(5);
    const wait = Math.round(own.within([0, 200]));
    add({ wait, tab: cast.opened, what: "signIn", with: detail("signIn", setting, own) as string });
  };
  const own = chance.fork("again");
  const twice = setting.tokens !== "none" && own.happens(0.05) ? 1 + Math.floor(own.number() * 3) : 0;

  open(0);
  add({ wait: 5, tab: 1, what: "signIn", with: "ada" });
  for (let more = 1; more <= tabs; more++) {
    if (more === Math.min(twice, tabs)) again(own);
    if (more < tabs) open(chance.happens(0.7) ? 200 : 5);
  }

  const longest = Math.min(setting.idle, 5 * MINUTE) * 1.2;
  const count = 5 + Math.floor(chance.number() * 18);
  for (let i = 0; i < count; i++) {
    const what = draw();
    const spot: Pick<Action, "wait" | "events"> = chance.happens(0.4)
      ? { wait: 30 * SECOND, events: 1 + Math.floor(chance.number() ** 2 * 25) }
      : { wait: Math.round(Math.exp(chance.within([0, Math.log(longest)]))) };
    const living = [...cast.living];
    if (!living.length) {
      open(spot.wait);
      continue;
    }
    let tab = living[Math.floor(chance.number() * living.length)] as number;
    if (what === "resume" || what === "restore") {
      const still = [...cast.still].filter((it) => cast.living.has(it));
      if (!still.length) continue;
      tab = still[Math.floor(chance.number() * still.length)] as number;
      cast.still.delete(tab);
    } else if (cast.still.has(tab) && what !== "crash" && what !== "close" && chance.happens(0.8)) {
      tab = living.find((it) => !cast.still.has(it)) ?? tab;
    }
    if (what === "open" || what === "duplicate" || what === "reload") {
      if (what !== "reload" && cast.living.size >= MOST_TABS) continue;
      if (what === "reload") {
        cast.living.delete(tab);
        cast.still.delete(tab);
      }
      cast.opened++;
      cast.living.add(cast.opened);
    }
    if (what === "crash" || what === "close") cast.living.delete(tab);
    if (what === "freeze" || what === "freezeSilently" || what === "bfcache") cast.still.add(tab);
    const more = detail(what, setting, chance);
    add({ ...spot, tab, what, ...(more !== undefined && { with: more }) });
    // Whoever comes back to a page moves the pointer.
    if (BACK.has(what) && chance.happens(0.4))
      add({ wait: 2000, events: Math.floor(chance.number() * 8), tab, what: "act" });
  }
  // From a chance of its own, and after all the others: nothing else in a schedule depends on it.
  const scene = chance.fork("scene");
  if (scene.happens(0.25)) actions.push(...sceneOf(setting, cast.opened, scene));
  return actions;
}

/** A few actions in moments that chance alone seldom brings together, in tabs of their own. */
function sceneOf(setting: Setting, opened: number, chance: Chance): Action[] {
  const [a, b, c] = [opened + 1, opened + 2, opened + 3];
  const whole = (from: number, to: number) => Math.floor(chance.within([from, to]));
  const begin: Action[] = [
    ...[a, b, c].map((): Action => ({ wait: 5, tab: 0, what: "open" })),
    { wait: 500, tab: a, what: "signIn", with: "ada" },
  ];
  if (chance.happens(0.4)) {
    // The time is up in a page that does not run, and what it takes in first is the user.
    const told = setting.server === "oauth2" ? 15 * MINUTE : setting.idle;
    const ms = Math.round(Math.min(setting.ownIdle ?? told, told) * chance.within([1, 1.5]));
    const away: Action[] = chance.happens(0.5)
      ? [{ wait: 1000, tab: a, what: "sleep", with: ms }]
      : [
          { wait: 1000, tab: a, what: "freezeSilently" },
          { wait: ms, tab: a, what: "resume" },
        ];
    return [...begin, ...away, { wait: 2000, events: whole(0, 4), tab: a, what: "act" }];
  }
  // Who refreshes stands still with the lock, two others lose their patience at the same time, and it comes back.
  const { requestTimeout } = setting;
  const patience = requestTimeout * 1.5;
  const slow = Math.round(chance.within([SECOND, requestTimeout * 1.2]));
  return [
    ...begin,
    { wait: 500, tab: a, what: "refresh" },
    { wait: 100, events: whole(3, 10), tab: a, what: "freezeSilently" },
    ...(chance.happens(0.6) ? [{ wait: 50, tab: a, what: "slow", with: slow } as const] : []),
    { wait: 5, tab: b, what: "refresh" },
    { wait: whole(1, 1500), tab: c, what: "refresh" },
    { wait: Math.round(patience * chance.within([0.7, 2.5])), tab: a, what: "resume" },
  ];
}

/** The schedule of a seed. */
export function scheduleOf(seed: number, wanted: Wanted = {}): Schedule {
  const chance = createChance(`schedule ${seed}`);
  const drawn = settingOf(chance.fork("setting"));
  const server = wanted.tokens ? "oauth2" : (wanted.server ?? drawn.server);
  const custody = custodyOf(chance.fork("tokens"), server, wanted.tokens);
  const loading = loadingOf(chance.fork("loading"), wanted.loading);
  const setting = { ...drawn, server, ...custody, loading };
  const troubles = (Object.keys(TROUBLE) as TroubleFamily[]).filter(
    (it) => server === "oauth2" || !TOKEN_TROUBLE.has(it),
  );
  const { rates, families } = mixOf(chance.fork("mix"), troubles);
  const actions = actionsOf(setting, families, chance.fork("actions"));
  return { seed, setting, rates, actions };
}

/** Names a mix of faults: what may go wrong in a schedule, whatever does. */
export function mixName({ setting, rates, actions }: Schedule): string {
  const troubles = [...new Set(actions.map((it) => it.what))].filter((it) => TROUBLE_ACTIONS.includes(it));
  const degraded = [
    setting.storage === "memory" && "memory",
    setting.locks !== "there" && `locks ${setting.locks}`,
    setting.channel === "missing" && "no channel",
    !setting.grace && "no grace",
    setting.tokens !== "none" && `tokens ${setting.tokens}`,
    setting.crypto === "missing" && "no crypto",
    setting.loading && "slow loading",
  ].filter(Boolean);
  return [...Object.keys(rates), ...troubles, ...degraded].sort().join(", ") || "no fault";
}
