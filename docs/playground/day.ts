import { createDevtools, type SessionDevtools } from "sojourn/devtools";
import { createWorld, type Tab, type World } from "sojourn/testing";

const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** What a lane shows for a while. */
interface Stretch {
  readonly from: number;
  /** What the tab shows, or why it stands still. */
  readonly kind: string;
  /** `idle` for a warning or an end. */
  readonly detail: string;
  readonly offline: boolean;
}

/** Something at an instant, in a lane. */
interface Mark {
  readonly at: number;
  readonly kind: "refresh" | "touch" | "sign" | "activity";
}

/** A tab, with what it has shown so far. */
export interface Lane {
  readonly tab: Tab;
  readonly devtools: SessionDevtools;
  readonly stretches: Stretch[];
  readonly marks: Mark[];
  /** Somebody works here: something every half a minute. */
  working: boolean;
}

/** A day: a world, and what was seen of it. */
export interface Day {
  readonly world: World;
  readonly lanes: readonly Lane[];
  /** What happened, newest last. */
  readonly said: readonly { readonly at: number; readonly text: string }[];
  open(): Lane;
  /** Says what is done, does it, and lets what follows happen. Deeds wait for one another. */
  act(text: string, deed: () => unknown): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Lets time pass until any tab shows something else, for a day at most. */
  untilNext(): Promise<void>;
  sleep(ms: number): Promise<void>;
}

const KINDS: Readonly<Record<string, Mark["kind"]>> = {
  "/refresh": "refresh",
  "/session/touch": "touch",
  "/login": "sign",
  "/logout": "sign",
};

/** The day begins at eight. */
const STARTS = Date.UTC(2026, 0, 5, 8);

/** The time of the day at an instant of the world. */
export const clockAt = (at: number, seconds = false) =>
  new Date(STARTS + at).toISOString().slice(11, seconds ? 19 : 16);

export function createDay(idle: number, changed: () => void): Day {
  const world = createWorld({
    seed: 8,
    startAt: STARTS,
    server: { idle, access: 5 * MINUTE, absolute: 8 * HOUR },
  });
  const lanes: Lane[] = [];
  const said: { at: number; text: string }[] = [];
  let requests = 0;
  let queue: Promise<unknown> = Promise.resolve();
  const say = (text: string) => void said.push({ at: world.now, text });

  function look({ tab, stretches }: Lane, as: string = tab.life) {
    const state = tab.session.getState();
    // Past a limit, until it is known whether it is over, the page shows nothing.
    if (as === "running" && tab.curtain) as = "hidden";
    const running = as === "running";
    const detail = state.status === "warning" ? state.limit : state.status === "ended" ? state.reason : "";
    const next = {
      from: world.now,
      kind: running ? state.status : as,
      detail: running ? detail : "",
      offline: tab.offline,
    };
    const last = stretches.at(-1);
    if (last && last.kind === next.kind && last.detail === next.detail && last.offline === next.offline)
      return;
    stretches.push(next);
    if (last && last.kind !== next.kind)
      say(`${tab.name}: ${next.kind}${next.detail && ` (${next.detail})`}`);
  }

  function lookAround() {
    for (const lane of lanes) look(lane);
    for (const { tab, at, path } of world.network.log.slice(requests)) {
      const kind = KINDS[path];
      if (kind) lanes.find((lane) => lane.tab.name === tab)?.marks.push({ at, kind });
    }
    requests = world.network.log.length;
    changed();
  }

  /** One after the other: a world has one time. */
  function next(run: () => Promise<void>): Promise<void> {
    const done = queue.then(run).finally(lookAround);
    queue = done.catch((error) => say(`${error}`));
    return done;
  }

  const STEP = 30 * SECOND;
  /** Time passes; who works does something now and then. */
  async function pass(ms: number) {
    for (let left = ms; left > 0; left -= STEP) {
      for (const { tab, marks, working } of lanes)
        if (working && tab.life === "running") {
          tab.activity();
          if (world.now - (marks.filter(({ kind }) => kind === "activity").at(-1)?.at ?? -HOUR) > 4 * MINUTE)
            marks.push({ at: world.now, kind: "activity" });
        }
      await world.advance(Math.min(left, STEP));
    }
  }

  return {
    world,
    lanes,
    said,
    open() {
      const warning = Math.min(2 * MINUTE, idle / 2);
      const tab = world.tab({
        idle: { timeout: idle, warning },
        absolute: { timeout: "8h", warning: "10m" },
      });
      const lane: Lane = {
        tab,
        devtools: createDevtools(tab.session),
        stretches: [],
        marks: [],
        working: false,
      };
      lanes.push(lane);
      look(lane);
      say(`${tab.name} opens`);
      tab.session.subscribe(() => look(lane));
      void tab.session.start().catch(() => {});
      return lane;
    },
    act: (text, deed) =>
      next(async () => {
        say(text);
        const done = deed();
        if (done instanceof Promise)
          done.catch((error) => say(`It did not work: ${error.code ?? error.message}`));
        await world.advance(300);
      }),
    advance: (ms) => next(() => pass(ms)),
    untilNext: () =>
      next(async () => {
        const before = said.length;
        const end = world.now + 24 * HOUR;
        while (said.length === before && world.now < end) {
          await pass(STEP);
          for (const lane of lanes) look(lane);
        }
      }),
    sleep: (ms) =>
      next(async () => {
        say(`The computer sleeps for ${ms / MINUTE} minutes`);
        for (const lane of lanes) if (lane.tab.life === "running") look(lane, "asleep");
        await world.sleep(ms);
        say("The computer wakes up");
        await world.advance(300);
      }),
  };
}
