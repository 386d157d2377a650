import { type Chance, createChance } from "../../src/testing/chance.js";
import type { MessageTrouble } from "../../src/testing/channel.js";
import type { StorageTrouble } from "../../src/testing/disk.js";
import type { Machine } from "../../src/testing/machine.js";
import type { NetworkTrouble } from "../../src/testing/network.js";

/** What can go wrong between a tab and the rest, where chance decides each time. */
const KINDS = {
  loseRequest: "net",
  loseReply: "net",
  loseReplyLate: "net",
  hang: "net",
  slowReply: "net",
  error5xx: "net",
  tooMany: "net",
  html: "net",
  truncated: "net",
  forbidden: "net",
  diskHang: "disk",
  diskError: "disk",
  diskSlow: "disk",
  diskLie: "disk",
  loseMessage: "message",
  doubleMessage: "message",
  lateMessage: "message",
  reorder: "message",
} as const;

export type FaultKind = keyof typeof KINDS;
export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[];

/** How often a kind of fault happens to what it can happen to. Kinds that are not named do not happen. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** One fault that happened. `key` says to what: the third request of tab 2 to /refresh. */
export interface Fault {
  readonly key: string;
  readonly kind: FaultKind;
  readonly at: number;
  readonly tab: string;
}

/** Which kinds a schedule has, and how often; and which families of other troubles. */
export function mixOf<Family extends string>(chance: Chance, families: readonly Family[]) {
  // Some schedules have next to no faults, some have nearly all of them.
  const density = chance.pick([0, 0.08, 0.15, 0.15, 0.3, 0.6]);
  const rates: Partial<Record<FaultKind, number>> = {};
  for (const kind of FAULT_KINDS) if (chance.happens(density)) rates[kind] = chance.pick([0.02, 0.1, 0.3]);
  return { rates, families: new Set(families.filter(() => chance.happens(density + 0.1))) };
}

export interface Faults {
  /** What has happened so far. */
  readonly happened: readonly Fault[];
  /** From now on nothing goes wrong. */
  stop(): void;
}

/**
 * Lets faults happen in a world. Whether one does follows from the seed and from what it would happen to alone, so that
 * taking one away leaves the others as they are. `only`: those of a list and no others.
 */
export function arm(
  machine: Machine,
  seed: number,
  rates: FaultRates,
  requestTimeout: number,
  only: ReadonlyMap<string, FaultKind> | undefined,
  happens: (fault: Fault) => void,
): Faults {
  const happened: Fault[] = [];
  const counts = new Map<string, number>();
  const byPort = { net: [], disk: [], message: [] } as Record<string, [FaultKind, number][]>;
  for (const kind of FAULT_KINDS) if (rates[kind]) byPort[KINDS[kind]]?.push([kind, rates[kind] as number]);
  let stopped = false;

  function draw(
    port: "net" | "disk" | "message",
    tab: string,
    what: string,
  ): [FaultKind, Chance] | undefined {
    const number = (counts.get(what) ?? 0) + 1;
    counts.set(what, number);
    if (stopped || !byPort[port]?.length) return undefined;
    const key = `${what} #${number}`;
    const chance = createChance(`${seed} ${key}`);
    const drawn = only ? only.get(key) : byPort[port]?.find(([, rate]) => chance.happens(rate))?.[0];
    if (!drawn) return undefined;
    const fault = { key, kind: drawn, at: machine.timeline.now, tab };
    happened.push(fault);
    machine.trace(`(${drawn}: ${key})`);
    happens(fault);
    // What exactly happens must not depend on how it was chosen.
    return [drawn, createChance(`${seed} ${key} ${drawn}`)];
  }

  machine.network.trouble = (request) => {
    const drawn = draw("net", request.tab, `${request.tab} ${request.path}`);
    return drawn && networkTrouble(drawn[0], drawn[1], requestTimeout);
  };
  machine.disk.trouble = ({ tab, kind }) => {
    const drawn = draw("disk", tab, `${tab} ${kind}`);
    return drawn && diskTrouble(drawn[0], drawn[1]);
  };
  machine.hub.trouble = (message, to) => {
    const drawn = draw("message", to, `${message.from ?? "somebody"} to ${to}`);
    return drawn && messageTrouble(drawn[0], drawn[1]);
  };
  return {
    happened,
    stop() {
      stopped = true;
    },
  };
}

function networkTrouble(kind: FaultKind, chance: Chance, timeout: number): NetworkTrouble {
  const json = { "content-type": "application/json" };
  switch (kind) {
    case "loseRequest":
      return chance.happens(0.5) ? "lose-request" : { lose: "request", ms: chance.within([50, timeout * 2]) };
    case "loseReply":
      return "lose-reply";
    case "loseReplyLate":
      return { lose: "reply", ms: chance.within([50, timeout * 2]) };
    case "hang":
      return "hang";
    case "slowReply":
      return { delay: chance.within([100, timeout * 2]) };
    case "error5xx":
      return {
        answer: { status: chance.pick([500, 502, 503, 504]), body: { error: "busy" } },
        reached: chance.happens(0.5),
      };
    case "tooMany": {
      const asked = chance.pick(["2", "20", "90"]);
      return {
        answer: { status: 429, headers: { "retry-after": asked }, body: { error: "too_many" } },
      };
    }
    case "html": {
      const status = chance.pick([200, 401, 502]);
      const answer = { status, body: "<html><title>Welcome to the hotel</title>" };
      return { answer, reached: status === 502 && chance.happens(0.5) };
    }
    case "truncated":
      // With the length of what is left of it, or not: then the browser tells.
      if (chance.happens(0.7)) return "cut-reply";
      return { answer: { status: 200, headers: json, body: '{"user":{"id":"a' } };
    default:
      return {
        answer: {
          status: 403,
          body: chance.pick<string | object>(["<html>Forbidden", { error: "blocked" }]),
        },
      };
  }
}

function diskTrouble(kind: FaultKind, chance: Chance): StorageTrouble {
  if (kind === "diskHang") return "hang";
  if (kind === "diskError") return "error";
  if (kind === "diskLie") return "lie";
  return { delay: chance.within([10, 2500]) };
}

function messageTrouble(kind: FaultKind, chance: Chance): MessageTrouble {
  if (kind === "loseMessage") return "lose";
  if (kind === "doubleMessage") return "twice";
  // A short delay lets those behind overtake it.
  return { delay: kind === "reorder" ? chance.within([1, 20]) : chance.within([20, 30_000]) };
}
