import type { SessionError } from "sojourn";
import {
  createWorld,
  type FakeUser,
  type LoggedRequest,
  type Tab,
  type TabOptions,
  type World,
  type WorldOptions,
} from "sojourn/testing";
import { expect } from "vitest";
import { EVENTS } from "./events.js";

export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Where nothing but the limits of the user matters: access credentials that outlast the test. */
export const LASTING = { access: 400 * DAY };

/** A world in which Ada is signed in, in so many tabs. */
export async function signedIn(
  count: number,
  options: WorldOptions = {},
  tabOptions: TabOptions<FakeUser> = {},
): Promise<{ world: World; tabs: Tab[] }> {
  const world = createWorld(options);
  const tabs = Array.from({ length: count }, () => world.tab(tabOptions));
  const grant = world.server.signIn("ada");
  await world.run(tabs[0].session.start(grant));
  await world.run(Promise.all(tabs.map((tab) => tab.session.start())));
  await world.advance(100);
  return { world, tabs };
}

/** The same with one tab. */
export async function alone(options: WorldOptions = {}, tabOptions: TabOptions<FakeUser> = {}) {
  const { world, tabs } = await signedIn(1, options, tabOptions);
  return { world, tab: tabs[0] };
}

/** The names of the events of a tab from now on, without `change`. */
export function eventsOf(tab: Tab): string[] {
  const names: string[] = [];
  for (const name of EVENTS) tab.session.on(name, () => names.push(name));
  return names;
}

/** What a tab shows, in a word or two: `active`, `warning idle`, `ended logout`. */
export function shows(tab: Tab): string {
  const state = tab.session.getState();
  if (state.status === "warning") return `warning ${state.limit}`;
  if (state.status === "ended") return `ended ${state.reason}`;
  return state.status;
}

export const showing = (tabs: readonly Tab[]): string[] => [...new Set(tabs.map(shows))];

/** The user is at work: something every so many ms, for so long. */
export async function work(world: World, tab: Tab, ms: number, every = 10 * SECOND): Promise<void> {
  for (let left = ms; left > 0; left -= every) {
    tab.activity();
    await world.advance(Math.min(every, left));
  }
}

/** The code of the error that a promise rejects with, or what it resolved with. */
export async function outcome<T>(promise: Promise<T>): Promise<T | string> {
  return promise.catch((error: SessionError) => {
    if (error?.name !== "SessionError") throw error;
    return error.code;
  });
}

export const keysOf = (requests: readonly LoggedRequest[]) =>
  requests.map((request) => request.headers["idempotency-key"]);

/** The record as another tab would find it. */
// biome-ignore lint/suspicious/noExplicitAny: what is stored has no type of its own to a test
export const recordOf = (world: World): any => world.disk.read("sojourn.default");

/** A browser without Web Locks. */
export const noLocks = { browser: (usual: object) => ({ ...usual, lock: undefined }) as never };

/**
 * A page stands still with the reply to its refresh; another one takes over, has no luck, and the first wakes up. No Web
 * Locks.
 */
export async function takenOverInVain(world: World, [frozen, other]: readonly [Tab, Tab], path: string) {
  const refreshed = outcome(frozen.session.refresh());
  while (!world.network.sent(path)[0]?.answer) await world.step();
  frozen.freeze({ silent: true });
  world.network.next(path, { answer: { status: 503, body: {} } });
  expect(await world.run(outcome(other.session.refresh()))).toBe("ERR_UNAVAILABLE");
  frozen.resume();
  await world.run(refreshed);
}
